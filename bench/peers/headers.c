/* The least that a run with nothing to do takes: reads the header of each
 * revision file, up to its first function, and asks the database once.
 * headers FOLDER DATABASE */
#include <dirent.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int ends_with_lua(const char *name)
{
    size_t size = strlen(name);

    return size > 4 && strcmp(name + size - 4, ".lua") == 0;
}

/* Finds what stands behind `word` at the beginning of a line. */
static int has_line(const char *text, const char *word)
{
    size_t size = strlen(word);

    for (const char *line = text; line != NULL;) {
        if (strncmp(line, word, size) == 0)
            return 1;
        if (strncmp(line, "function", 8) == 0)
            return 0;
        line = strchr(line, '\n');
        if (line != NULL)
            line++;
    }
    return 0;
}

static int read_header(int folder, const char *name)
{
    char text[8192];
    int file = openat(folder, name, O_RDONLY | O_CLOEXEC);
    ssize_t size;

    if (file < 0)
        return -1;
    size = read(file, text, sizeof text - 1);
    if (close(file) != 0 || size < 0)
        return -1;
    text[size] = '\0';
    return has_line(text, "revision =") && has_line(text, "down_revision =")
               ? 1
               : 0;
}

static int ask(const char *path)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *query = NULL;
    int ok =
        sqlite3_open(path, &db) == SQLITE_OK &&
        sqlite3_prepare_v2(db, "SELECT version_num FROM luamigrate_version", -1,
                           &query, NULL) == SQLITE_OK &&
        sqlite3_step(query) == SQLITE_ROW;

    sqlite3_finalize(query);
    return sqlite3_close(db) == SQLITE_OK && ok ? 0 : -1;
}

int main(int argc, char **argv)
{
    DIR *folder = argc == 3 ? opendir(argv[1]) : NULL;
    const struct dirent *entry;
    int count = 0;

    if (folder == NULL)
        return 2;
    while ((entry = readdir(folder)) != NULL) {
        int found = ends_with_lua(entry->d_name)
                        ? read_header(dirfd(folder), entry->d_name)
                        : 0;

        if (found < 0)
            return 1;
        count += found;
    }
    if (closedir(folder) != 0 || ask(argv[2]) < 0)
        return 1;
    return printf("%d\n", count) > 0 ? 0 : 1;
}
