#include "api/new.h"
#include "api/rewrite.h"

#include "api/handle.h"
#include "base/fs.h"
#include "base/lock.h"
#include "base/str.h"
#include "script/template.h"
#include "script/tree.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LOCK_SECONDS 10

/* Labels stay as they are, partial ids become full ones. */
static int find_dependencies(struct new_making *making, struct names *out)
{
    const struct names *wanted = &making->request->depends_on;

    for (size_t i = 0; i < wanted->count; i++) {
        const struct graph_node *node;
        const char *symbol = wanted->items[i];
        const char *found;

        if (graph_resolve(making->graph, symbol, &node, making->err) != 0)
            return -1;
        found = new_id_collision(making->graph, symbol);
        names_push(out, making->arena,
                   found != NULL && str_equal(found, symbol)
                       ? symbol
                       : node->revision->id);
    }
    return 0;
}

/* Time */

/* The C library knows time zones only through TZ, so TZ is set for one call
 * and put back. An unknown zone would be taken for UTC without a word. */
static int zone_time(struct new_making *making, const char *zone)
{
    const char *before = getenv("TZ");
    const char *saved =
        before != NULL ? arena_strdup(making->arena, before) : NULL;
    const char *file =
        arena_printf(making->arena, "/usr/share/zoneinfo/%s", zone);

    if (zone[0] == '/' || strstr(zone, "..") != NULL || !fs_exists(file) ||
        fs_is_dir(file))
        return error_set(making->err, ERROR_CONFIG,
                         "timezone: '%s' is not known here", zone);
    if (setenv("TZ", zone, 1) != 0)
        return error_errno(making->err, ERROR_LIMIT, errno, "timezone");
    tzset();
    localtime_r(&making->now, &making->wall);
    if ((saved != NULL ? setenv("TZ", saved, 1) : unsetenv("TZ")) != 0)
        return error_errno(making->err, ERROR_LIMIT, errno, "timezone");
    tzset();
    return 0;
}

static int read_clock(struct new_making *making)
{
    const char *zone = making->config->timezone;

    making->now = (time_t)clock_now();
    if (zone == NULL || strcasecmp(zone, "UTC") == 0) {
        gmtime_r(&making->now, &making->wall);
        return 0;
    }
    return zone_time(making, zone);
}

static const char *create_date(struct new_making *making)
{
    const char *zone = making->config->timezone;
    bool utc = zone == NULL || strcasecmp(zone, "UTC") == 0;
    char text[64];

    if (strftime(text, sizeof text,
                 utc ? "%Y-%m-%d %H:%M:%S UTC" : "%Y-%m-%d %H:%M:%S %z",
                 &making->wall) == 0)
        text[0] = '\0';
    return arena_strdup(making->arena, text);
}

/* Folder */

static bool same_folder(const char *a, const char *b)
{
    char real_a[PATH_MAX], real_b[PATH_MAX];

    if (str_equal(a, b))
        return true;
    return realpath(a, real_a) != NULL && realpath(b, real_b) != NULL &&
           str_equal(real_a, real_b);
}

static int named_folder(struct new_making *making, const char *path,
                        size_t *index)
{
    const struct config *config = making->config;

    for (size_t i = 0; i < config->migrations.count; i++)
        if (same_folder(path, config->migrations_shown.items[i]) ||
            same_folder(path, config->migrations.items[i])) {
            *index = i;
            return 0;
        }
    error_set(making->err, ERROR_USAGE,
              "--version-path: '%s' is not one of the migrations folders",
              path);
    for (size_t i = 0; i < config->migrations_shown.count; i++)
        error_candidate(making->err, config->migrations_shown.items[i]);
    return -1;
}

static bool lies_in(const char *file, const char *folder)
{
    return str_starts(file, folder) && file[strlen(folder)] == '/';
}

static int find_folder(struct new_making *making, size_t *index)
{
    const struct config *config = making->config;

    if (making->request->version_path != NULL)
        return named_folder(making, making->request->version_path, index);
    *index = 0;
    if (config->migrations.count == 1)
        return 0;
    for (size_t i = 0;
         making->parents.count > 0 && i < config->migrations.count; i++)
        if (lies_in(making->parents.items[0]->revision->path,
                    config->migrations.items[i])) {
            *index = i;
            return 0;
        }
    error_set(making->err, ERROR_USAGE,
              "there are several migrations folders, name one with "
              "--version-path");
    for (size_t i = 0; i < config->migrations_shown.count; i++)
        error_candidate(making->err, config->migrations_shown.items[i]);
    return -1;
}

/* Text */

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

/* The message as a comment may hold it: every line end that Lua knows is
 * '\n', control characters and broken UTF-8 are escaped. */
static int clean_message(struct new_making *making, const char **out)
{
    const char *text = making->request->message;
    struct buf lines, safe;
    size_t start = 0, end;

    buf_init(&lines, making->arena);
    for (size_t i = 0; text != NULL && text[i] != '\0'; i++) {
        if (text[i] == '\r' && text[i + 1] == '\n')
            continue;
        buf_char(&lines, text[i] == '\r' ? '\n' : text[i]);
    }
    buf_init(&safe, making->arena);
    str_escape(&safe, lines.data, lines.size, true);
    end = safe.size;
    while (start < end && blank(safe.data[start]))
        start++;
    while (end > start && blank(safe.data[end - 1]))
        end--;
    if (start == end)
        return error_set(making->err, ERROR_USAGE, "the message is empty");
    *out = arena_strndup(making->arena, safe.data + start, end - start);
    return 0;
}

static const char *two_digits(struct new_making *making, int number)
{
    return arena_printf(making->arena, "%02d", number);
}

/* The words of optional settings; NULL when not given. */
static const char *tri_text(enum tri tri)
{
    if (tri == TRI_UNSET)
        return NULL;
    return tri == TRI_TRUE ? "true" : "false";
}

static const char *number_text(struct new_making *making, double number)
{
    return number < 0 ? NULL : arena_printf(making->arena, "%.14g", number);
}

/* Name and text of the file. */
static int fill_template(struct new_making *making, const char *message,
                         struct names *texts)
{
    const struct config *config = making->config;
    const struct tm *wall = &making->wall;
    static const struct new_squash none = {.lock_timeout = -1,
                                           .statement_timeout = -1};
    const struct new_squash *squash =
        making->squash != NULL ? making->squash : &none;
    struct names down = {0}, labels = squash->labels,
                 depends = squash->depends_on;
    struct script *script;

    for (size_t i = 0; i < making->parents.count; i++)
        names_push(&down, making->arena,
                   making->parents.items[i]->revision->id);
    if (making->request->branch_label != NULL)
        names_push(&labels, making->arena, making->request->branch_label);
    if (find_dependencies(making, &depends) != 0)
        return -1;

    const struct template_field fields[] = {
        {"message", message, NULL},
        {"rev", making->id, NULL},
        {"down", NULL, &down},
        {"merge", making->request->merge ? "true" : "false", NULL},
        {"branch_labels", NULL, &labels},
        {"depends_on", NULL, &depends},
        {"date", create_date(making), NULL},
        {"file_template", config->file_template, NULL},
        {"truncate_slug_length",
         arena_printf(making->arena, "%d", config->truncate_slug_length), NULL},
        {"recursive", config->recursive ? "true" : "false", NULL},
        {"epoch", arena_printf(making->arena, "%lld", (long long)making->now),
         NULL},
        {"year", arena_printf(making->arena, "%d", wall->tm_year + 1900), NULL},
        {"month", two_digits(making, wall->tm_mon + 1), NULL},
        {"day", two_digits(making, wall->tm_mday), NULL},
        {"hour", two_digits(making, wall->tm_hour), NULL},
        {"minute", two_digits(making, wall->tm_min), NULL},
        {"second", two_digits(making, wall->tm_sec), NULL},
        {"replaces", NULL, &squash->replaces},
        {"files", NULL, &squash->files},
        {"texts", NULL, &squash->texts},
        {"irreversible", squash->irreversible, NULL},
        {"foreign_keys", tri_text(squash->foreign_keys), NULL},
        {"lock_timeout", number_text(making, squash->lock_timeout), NULL},
        {"statement_timeout", number_text(making, squash->statement_timeout),
         NULL},
    };

    if (luamigrate_script(making->migrate, &script, making->err) != 0)
        return -1;
    return template_call(script, making->squash != NULL ? "squash" : "revision",
                         fields, sizeof fields / sizeof fields[0],
                         making->arena, texts, making->err);
}

/* Makes the folders of `name` below `folder` (file_template with '/'). */
static int make_folders(struct new_making *making, const char *folder,
                        const char *name)
{
    for (const char *at = strchr(name, '/'); at != NULL;
         at = strchr(at + 1, '/')) {
        const char *part =
            arena_strndup(making->arena, name, (size_t)(at - name));

        if (fs_make_dir(fs_join(making->arena, folder, part), making->err) != 0)
            return -1;
    }
    return 0;
}

static int write_file(struct new_making *making, const struct names *texts,
                      struct luamigrate_file *file)
{
    const struct config *config = making->config;
    const char *name = texts->items[0];
    const char *path;
    size_t index;

    if (find_folder(making, &index) != 0)
        return -1;
    path = fs_join(making->arena, config->migrations.items[index], name);
    file->path = path;
    file->file =
        fs_join(making->arena, config->migrations_shown.items[index], name);
    if (strlen(texts->items[1]) > TREE_FILE_LIMIT)
        return error_set(making->err, ERROR_USAGE,
                         "the file would be larger than 1 MiB");
    if (making->squash != NULL &&
        rewrite_check(making->migrate, NULL, file->file, texts->items[1],
                      strlen(texts->items[1]), making->err) != 0)
        return -1;
    if (fs_exists(path))
        return error_set(making->err, ERROR_USAGE,
                         "%s is there already, nothing was written",
                         file->file);
    if (fs_make_dir(config->migrations.items[index], making->err) != 0 ||
        make_folders(making, config->migrations.items[index], name) != 0)
        return -1;
    return fs_write_new(path, texts->items[1], strlen(texts->items[1]),
                        making->err);
}

static int check_label(struct new_making *making, const char *label)
{
    if (label == NULL)
        return 0;
    if (new_id_check(making, "branch label", label) != 0)
        return -1;
    if (str_equal(label, making->id))
        return error_set(making->err, ERROR_USAGE,
                         "the branch label is the same word as the id");
    return 0;
}

int new_make(struct new_making *making, struct luamigrate_file *file)
{
    const struct luamigrate_new *request = making->request;
    struct names texts = {0};
    const char *message = NULL;

    if (clean_message(making, &message) != 0 || read_clock(making) != 0 ||
        (making->squash == NULL && new_parents(making) != 0) ||
        new_id(making) != 0 || check_label(making, request->branch_label) != 0)
        return -1;
    if (fill_template(making, message, &texts) != 0 ||
        write_file(making, &texts, file) != 0)
        return -1;
    file->id = making->id;
    return 0;
}

int luamigrate_new_revision(struct luamigrate *migrate,
                            const struct luamigrate_new *request,
                            struct luamigrate_file *file, struct error *err)
{
    struct new_making making = {.migrate = migrate,
                                .request = request,
                                .config = luamigrate_config(migrate),
                                .arena = luamigrate_arena(migrate),
                                .err = err};
    int lock, status;

    /* two at once would take the same sequential id, or the same parent */
    if (lock_take(making.config->migrations.items[0], LOCK_SECONDS,
                  migrate->options.cancel, &lock, err) != 0)
        return -1;
    status = luamigrate_graph(migrate, &making.graph, err);
    if (status == 0)
        status = new_make(&making, file);
    lock_release(lock);
    return status;
}
