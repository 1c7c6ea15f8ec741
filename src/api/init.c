#include "base/fs.h"
#include "base/vec.h"
#include "luamigrate.h"
#include "script/template.h"

#include <dirent.h>
#include <string.h>
#include <unistd.h>

static const char *const revisions = "migrations";

struct project {
    const char *folder;
    struct arena *arena;
    struct names texts; /* path, text, path, text, ... */
    VEC(const char *) written;
    struct error *err;
};

static bool folder_is_used(const char *path)
{
    const struct dirent *entry;
    DIR *dir = opendir(path);
    bool used = false;

    if (dir == NULL)
        return fs_exists(path);
    while (!used && (entry = readdir(dir)) != NULL)
        used =
            strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(dir);
    return used;
}

static int check_free(struct project *project)
{
    const char *path = fs_join(project->arena, project->folder, revisions);

    if (folder_is_used(path))
        return error_set(project->err, ERROR_USAGE,
                         "%s is there already and not empty, nothing was "
                         "written",
                         path);
    for (size_t i = 0; i < project->texts.count; i += 2) {
        path =
            fs_join(project->arena, project->folder, project->texts.items[i]);
        if (fs_exists(path))
            return error_set(project->err, ERROR_USAGE,
                             "%s is there already, nothing was written", path);
    }
    return 0;
}

/* Makes `path` and the folders above it. */
static int make_folders(struct project *project, const char *path)
{
    for (const char *at = strchr(path + 1, '/'); at != NULL;
         at = strchr(at + 1, '/')) {
        const char *part =
            arena_strndup(project->arena, path, (size_t)(at - path));

        if (fs_make_dir(part, project->err) != 0)
            return -1;
    }
    return fs_make_dir(path, project->err);
}

static int write_files(struct project *project)
{
    for (size_t i = 0; i < project->texts.count; i += 2) {
        const char *text = project->texts.items[i + 1];
        const char *path =
            fs_join(project->arena, project->folder, project->texts.items[i]);

        if (fs_write_new(path, text, strlen(text), project->err) != 0)
            return -1;
        vec_push(project->arena, &project->written, path);
    }
    return 0;
}

/* Half a project would keep the next `init` from working. */
static void remove_written(struct project *project)
{
    for (size_t i = 0; i < project->written.count; i++)
        if (unlink(project->written.items[i]) != 0)
            return;
}

static int read_texts(struct project *project)
{
    const struct script_options options = {0};
    struct script *script;
    int status;

    if (script_open(&options, &script, project->err) != 0)
        return -1;
    status = template_call(script, "project", NULL, 0, project->arena,
                           &project->texts, project->err);
    script_close(script);
    return status;
}

static int write_project(struct project *project)
{
    const char *folder = fs_join(project->arena, project->folder, revisions);

    if (strcmp(project->folder, "") != 0 &&
        make_folders(project, project->folder) != 0)
        return -1;
    if (fs_make_dir(folder, project->err) != 0)
        return -1;
    if (write_files(project) != 0) {
        remove_written(project);
        return -1;
    }
    vec_push(project->arena, &project->written, folder);
    return 0;
}

int luamigrate_init(const char *folder, struct arena *arena,
                    struct names *files, struct error *err)
{
    struct project project = {
        .folder = folder != NULL ? folder : "", .arena = arena, .err = err};

    if (read_texts(&project) != 0 || check_free(&project) != 0 ||
        write_project(&project) != 0)
        return -1;
    files->items = project.written.items;
    files->count = project.written.count;
    return 0;
}
