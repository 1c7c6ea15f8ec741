--- luamigrate.d.lua: what editors with the Lua language server read about revisions.
return [==[
---@meta
-- Definitions for editors (https://luals.github.io). luamigrate does not read this file.

---@class luamigrate.sql
---@class luamigrate.type
---@class luamigrate.constraint
---@class luamigrate.bytes

---@alias luamigrate.value string|number|boolean|luamigrate.sql|luamigrate.bytes|lightuserdata|nil

---@class luamigrate.schema_option
---@field schema? string

---@class luamigrate.column
---@field [1] string name
---@field [2] luamigrate.type|function type
---@field nullable? boolean
---@field server_default? luamigrate.value
---@field primary_key? boolean
---@field unique? boolean
---@field index? boolean
---@field autoincrement? boolean
---@field identity? table
---@field computed? { [1]: string, persisted?: boolean }
---@field comment? string
---@field references? table
---@field check? string|table

---@class luamigrate.create_table_options: luamigrate.schema_option
---@field if_not_exists? boolean
---@field comment? string
---@field prefixes? string[]
---@field sqlite_strict? boolean
---@field sqlite_with_rowid? boolean
---@field sqlite_autoincrement? boolean
---@field postgresql_partition_by? string
---@field postgresql_tablespace? string
---@field postgresql_inherits? string[]
---@field postgresql_with? table
---@field postgresql_using? string

---@class luamigrate.batches_options: luamigrate.schema_option
---@field key? string|string[]
---@field where? string|luamigrate.sql
---@field batch_size? integer|"auto"
---@field target_time? number seconds of a batch of "auto"
---@field pause? number seconds
---@field sweep? boolean
---@field name? string

---@class luamigrate.update_in_batches_options: luamigrate.batches_options
---@field set table<string, luamigrate.value>

---@class luamigrate.each_batch_options: luamigrate.batches_options
---@field columns? string[]
---@field update? string[]

---@class luamigrate.drop_options: luamigrate.schema_option
---@field if_exists? boolean
---@field cascade? boolean

---@class luamigrate.add_options: luamigrate.schema_option
---@field if_not_exists? boolean

---@class luamigrate.rename_options: luamigrate.schema_option
---@field if_exists? boolean

---@class luamigrate.enum_options: luamigrate.schema_option
---@field checkfirst? boolean

---@class luamigrate.alter_enum_options: luamigrate.schema_option
---@field rename? table<string, string> old value to new
---@field columns? string[][] { [schema,] table, column } each

---@class luamigrate.enum_value_options: luamigrate.add_options
---@field before? string
---@field after? string

---@class luamigrate.sequence_options: luamigrate.add_options
---@field start? integer
---@field increment? integer
---@field minvalue? integer
---@field maxvalue? integer
---@field cache? integer
---@field cycle? boolean
---@field data_type? luamigrate.type

---@class luamigrate.view_options: luamigrate.add_options
---@field replace? boolean
---@field materialized? boolean

---@class luamigrate.drop_view_options: luamigrate.drop_options
---@field materialized? boolean

---@class luamigrate.extension_options: luamigrate.add_options
---@field cascade? boolean

---@class luamigrate.constraint_options: luamigrate.schema_option
---@field deferrable? boolean
---@field initially? "DEFERRED"|"IMMEDIATE"
---@field postgresql_include? string[]
---@field postgresql_nulls_not_distinct? boolean
---@field postgresql_not_valid? boolean

---@class luamigrate.exclude_options: luamigrate.schema_option
---@field using? string
---@field where? string|luamigrate.sql
---@field deferrable? boolean
---@field initially? "DEFERRED"|"IMMEDIATE"

---@class luamigrate.alter_options: luamigrate.schema_option
---@field new_column_name? string
---@field type? luamigrate.type|function
---@field nullable? boolean
---@field server_default? luamigrate.value
---@field comment? string|lightuserdata
---@field autoincrement? boolean
---@field identity? table|lightuserdata
---@field existing_identity? table|lightuserdata
---@field postgresql_using? string
---@field existing_type? luamigrate.type|function
---@field existing_nullable? boolean
---@field existing_server_default? luamigrate.value
---@field insert_before? string
---@field insert_after? string

---@class luamigrate.drop_constraint_options: luamigrate.drop_options
---@field columns? string[]
---@field type? "foreignkey"|"primary"|"unique"|"check"|"exclude"

---@class luamigrate.batch_options: luamigrate.schema_option
---@field recreate? "auto"|"always"|"never"
---@field copy_from? table[]
---@field table_args? table[]
---@field table_kwargs? table<string, boolean>
---@field naming_convention? table<string, string>
---@field partial_reordering? string[][]
---@field reflect_args? luamigrate.column[]

--- The functions of `op` without the name of the table.
---@class luamigrate.batch
---@field add_column fun(column: luamigrate.column, options?: table)
---@field drop_column fun(name: string, options?: table)
---@field alter_column fun(name: string, options: luamigrate.alter_options)
---@field create_index fun(name: string?, columns: table, options?: table)
---@field drop_index fun(name: string, options?: table)
---@field create_primary_key fun(name: string?, columns: string[])
---@field create_unique_constraint fun(name: string?, columns: string[])
---@field create_check_constraint fun(name: string?, condition: string|luamigrate.sql)
---@field create_foreign_key fun(name, referent: string, local_cols, remote_cols, options?: table)
---@field create_exclude_constraint fun(name: string?, elements: table[], options?: table)
---@field drop_constraint fun(name: string?, options?: luamigrate.drop_constraint_options)
---@field rename_constraint fun(old: string, new: string)
---@field validate_constraint fun(name: string)
---@field rename_table fun(name: string)

---@class luamigrate.index_options: luamigrate.add_options
---@field unique? boolean
---@field where? string
---@field postgresql_where? string
---@field sqlite_where? string
---@field postgresql_using? string
---@field postgresql_concurrently? boolean
---@field postgresql_include? string[]
---@field postgresql_ops? table<string, string>
---@field postgresql_with? table
---@field postgresql_tablespace? string
---@field postgresql_nulls_not_distinct? boolean

---@class luamigrate.result
---@field rowcount integer
---@field last_insert_id? integer

---@class luamigrate.connection
---@field dialect "sqlite"|"postgresql"
---@field server_version integer
local connection = {}
---@param statement string|luamigrate.sql
---@param parameters? table<string, luamigrate.value>
---@return luamigrate.result
function connection:execute(statement, parameters) end
---@param statement string|luamigrate.sql
---@param parameters? table<string, luamigrate.value>
---@return fun(): table<string, any>?
function connection:rows(statement, parameters) end
---@param statement string|luamigrate.sql
---@param parameters? table<string, luamigrate.value>
---@return table<string, any>[]
function connection:all(statement, parameters) end
---@param statement string|luamigrate.sql
---@param parameters? table<string, luamigrate.value>
---@return table<string, any>?
function connection:one(statement, parameters) end
---@param statement string|luamigrate.sql
---@param parameters? table<string, luamigrate.value>
---@return any
function connection:scalar(statement, parameters) end

---@class luamigrate.inspector
local inspector = {}
---@param options? luamigrate.schema_option
---@return string[]
function inspector:get_table_names(options) end
---@param options? luamigrate.schema_option
---@return string[]
function inspector:get_view_names(options) end
---@param name string
---@param options? luamigrate.schema_option
---@return boolean
function inspector:has_table(name, options) end
---@param table string
---@param options? luamigrate.schema_option
---@return table[]
function inspector:get_columns(table, options) end
---@param table string
---@param name string
---@param options? luamigrate.schema_option
---@return boolean
function inspector:has_column(table, name, options) end
---@param table string
---@param options? luamigrate.schema_option
---@return table
function inspector:get_pk_constraint(table, options) end
---@param table string
---@param options? luamigrate.schema_option
---@return table[]
function inspector:get_foreign_keys(table, options) end
---@param table string
---@param options? luamigrate.schema_option
---@return table[]
function inspector:get_unique_constraints(table, options) end
---@param table string
---@param options? luamigrate.schema_option
---@return table[]
function inspector:get_check_constraints(table, options) end
---@param table string
---@param options? luamigrate.schema_option
---@return table[]
function inspector:get_indexes(table, options) end

---@class luamigrate.context
---@field dialect "sqlite"|"postgresql"
---@field server_version integer
---@field offline boolean
---@field environment? string
---@field revision string
---@field direction "upgrade"|"downgrade"
---@field tag? string

---@class luamigrate.op
op = {}
---@param name string
---@param parts (luamigrate.column|luamigrate.constraint)[]
---@param options? luamigrate.create_table_options
function op.create_table(name, parts, options) end
---@param name string
---@param options? luamigrate.drop_options
function op.drop_table(name, options) end
---@param old string
---@param new string
---@param options? luamigrate.schema_option
function op.rename_table(old, new, options) end
---@param table string
---@param column luamigrate.column
---@param options? luamigrate.add_options
function op.add_column(table, column, options) end
---@param table string
---@param name string
---@param options? luamigrate.drop_options
function op.drop_column(table, name, options) end
---@param name string?
---@param table string
---@param columns (string|luamigrate.sql)[]
---@param options? luamigrate.index_options
function op.create_index(name, table, columns, options) end
---@param name string
---@param table? string
---@param options? luamigrate.drop_options
---@overload fun(name: string, options: luamigrate.drop_options)
function op.drop_index(name, table, options) end
---@param table string
---@param name string
---@param options luamigrate.alter_options
function op.alter_column(table, name, options) end
---@param name string?
---@param table string
---@param columns string[]
---@param options? luamigrate.constraint_options
function op.create_primary_key(name, table, columns, options) end
---@param name string?
---@param table string
---@param columns string[]
---@param options? luamigrate.constraint_options
function op.create_unique_constraint(name, table, columns, options) end
---@param name string?
---@param table string
---@param condition string|luamigrate.sql
---@param options? luamigrate.constraint_options
function op.create_check_constraint(name, table, condition, options) end
---@param name string?
---@param source string
---@param referent string
---@param local_cols string[]
---@param remote_cols string[]
---@param options? table
function op.create_foreign_key(name, source, referent, local_cols, remote_cols, options) end
---@param name string?
---@param table string
---@param elements { [1]: string|luamigrate.sql, [2]: string }[]
---@param options? luamigrate.exclude_options
function op.create_exclude_constraint(name, table, elements, options) end
---@param name string?
---@param table string
---@param options? luamigrate.drop_constraint_options
function op.drop_constraint(name, table, options) end
---@param table string
---@param old string
---@param new string
---@param options? luamigrate.schema_option
function op.rename_constraint(table, old, new, options) end
---@param name string
---@param table string
---@param options? luamigrate.schema_option
function op.validate_constraint(name, table, options) end
---@param table string
---@param text string
---@param options? luamigrate.schema_option
function op.create_table_comment(table, text, options) end
---@param table string
---@param options? luamigrate.schema_option
function op.drop_table_comment(table, options) end
---@param name string
---@param values string[]
---@param options? luamigrate.enum_options
function op.create_enum(name, values, options) end
---@param name string
---@param options? luamigrate.enum_options
function op.drop_enum(name, options) end
---@param name string
---@param value string
---@param options? luamigrate.enum_value_options
function op.add_enum_value(name, value, options) end
---@param name string
---@param old string
---@param new string
---@param options? luamigrate.schema_option
function op.rename_enum_value(name, old, new, options) end
---@param name string
---@param values string[]
---@param options? luamigrate.alter_enum_options
function op.alter_enum(name, values, options) end
---@param name string
---@param query string|luamigrate.sql
---@param options? luamigrate.view_options
function op.create_view(name, query, options) end
---@param name string
---@param options? luamigrate.drop_view_options
function op.drop_view(name, options) end
---@param old string
---@param new string
---@param options? luamigrate.rename_options
function op.rename_index(old, new, options) end
---@param name string
---@param options? luamigrate.sequence_options
function op.create_sequence(name, options) end
---@param name string
---@param options? luamigrate.drop_options
function op.drop_sequence(name, options) end
---@param name string
---@param options? { if_not_exists?: boolean }
function op.create_schema(name, options) end
---@param name string
---@param options? { if_exists?: boolean, cascade?: boolean }
function op.drop_schema(name, options) end
---@param name string
---@param options? luamigrate.extension_options
function op.create_extension(name, options) end
---@param name string
---@param options? { if_exists?: boolean, cascade?: boolean }
function op.drop_extension(name, options) end
---@param table string
---@param options? luamigrate.batch_options
---@param body fun(batch: luamigrate.batch)
---@overload fun(table: string, body: fun(batch: luamigrate.batch))
function op.batch_alter_table(table, options, body) end
---@param statement string|luamigrate.sql
---@param parameters? table<string, luamigrate.value>
---@param options? table
---@return luamigrate.result
function op.execute(statement, parameters, options) end
---@param table string
---@param rows table<string, luamigrate.value>[]
---@param options? luamigrate.schema_option
function op.bulk_insert(table, rows, options) end
---@param table string
---@param options luamigrate.update_in_batches_options
---@return integer rows
function op.update_in_batches(table, options) end
---@param table string
---@param options luamigrate.each_batch_options
---@param body fun(rows: table<string, any>[])
---@return integer rows
---@overload fun(table: string, body: fun(rows: table<string, any>[])): integer
function op.each_batch(table, options, body) end
---@param body fun()
function op.savepoint(body) end
---@param name string
---@param body fun()
function op.step(name, body) end
---@param body fun()
function op.autocommit_block(body) end
---@return luamigrate.connection
function op.get_bind() end
---@return luamigrate.inspector
function op.inspect() end
--- An op as a table: { "create_index", "ix", "t", { "a" }, unique = true }.
---@param op_table table
---@return any
function op.invoke(op_table) end
--- Adds op.NAME to this revision.
---@param name string
---@param body fun(op: luamigrate.op, ...): any
function op.register_operation(name, body) end
---@return luamigrate.context
function op.get_context() end
---@return boolean
function op.is_offline() end

--- Column types; one without arguments needs no call: `types.integer`, `types.string(50)`.
---@class luamigrate.types
---@field integer luamigrate.type
---@field biginteger luamigrate.type
---@field smallinteger luamigrate.type
---@field double luamigrate.type
---@field real luamigrate.type
---@field boolean luamigrate.type
---@field text luamigrate.type
---@field unicode luamigrate.type
---@field date luamigrate.type
---@field interval luamigrate.type
---@field binary luamigrate.type
---@field json luamigrate.type
---@field uuid luamigrate.type
---@field jsonb luamigrate.type
---@field bytea luamigrate.type
---@field citext luamigrate.type
---@field inet luamigrate.type
---@field cidr luamigrate.type
---@field macaddr luamigrate.type
---@field hstore luamigrate.type
---@field tsvector luamigrate.type
---@field tsquery luamigrate.type
---@field money luamigrate.type
---@field oid luamigrate.type
---@field string luamigrate.type|fun(length?: integer, options?: table): luamigrate.type
---@field char luamigrate.type|fun(length?: integer, options?: table): luamigrate.type
---@field numeric luamigrate.type|fun(precision?: integer, scale?: integer): luamigrate.type
---@field float luamigrate.type|fun(precision?: integer): luamigrate.type
---@field time luamigrate.type|fun(options?: table): luamigrate.type
---@field datetime luamigrate.type|fun(options?: table): luamigrate.type
---@field timestamp luamigrate.type|fun(options?: table): luamigrate.type
---@field bit luamigrate.type|fun(length?: integer|table): luamigrate.type
---@field enum fun(name: string?, values: string[], options?: table): luamigrate.type
---@field array fun(item: luamigrate.type, options?: table): luamigrate.type
---@field domain fun(name: string, options?: luamigrate.schema_option): luamigrate.type
---@field raw fun(text: string): luamigrate.type
types = {}

--- An SQL expression, passed through as it is. `sql.now` is the current time on either database.
---@class luamigrate.sql_constructor
---@field now luamigrate.sql
---@overload fun(text: string): luamigrate.sql
sql = {}

--- SQL NULL in parameters and rows.
---@type lightuserdata
null = nil

---@param data string
---@return luamigrate.bytes
function bytes(data) end

---@param columns string[]
---@param options? table
---@return luamigrate.constraint
function primary_key(columns, options) end
---@param columns string[]
---@param options? table
---@return luamigrate.constraint
function unique(columns, options) end
---@param columns string[]
---@param table string
---@param referred string[]
---@param options? table
---@return luamigrate.constraint
function foreign_key(columns, table, referred, options) end
---@param condition string
---@param options? table
---@return luamigrate.constraint
function check(condition, options) end
---@param elements table[]
---@param options? table
---@return luamigrate.constraint
function exclude(elements, options) end
---@param columns (string|luamigrate.sql)[]
---@param options? luamigrate.index_options
---@return luamigrate.constraint
function index(columns, options) end

---@class luamigrate.json
---@field null lightuserdata
---@field empty_array table
json = {}
---@param value any
---@return string
function json.encode(value) end
---@param text string?
---@param options? { big_integers?: "float"|"string" }
---@return any
function json.decode(text, options) end
---@param list table
---@return table
function json.array(list) end

log = {}
---@param format string
function log.debug(format, ...) end
---@param format string
function log.info(format, ...) end
---@param format string
function log.warn(format, ...) end
---@param format string
function log.error(format, ...) end

---@param seconds number
function sleep(seconds) end

---@class luamigrate.config
---@field x table<string, string> the -x options
---@field vars table the table `vars` of luamigrate.lua
config = {}

--- Seconds since 1970, with fractions.
---@return number
function os.now() end

-- The header of a revision file.
---@type string
revision = ""
---@type string|string[]|nil
down_revision = nil
---@type string|string[]|nil
branch_labels = nil
---@type string|string[]|nil
depends_on = nil
---@type boolean?
transaction = nil
---@type number?
lock_timeout = nil
---@type number?
statement_timeout = nil
---@type boolean?
foreign_keys = nil
---@type string?
irreversible = nil
function upgrade() end
function downgrade() end
]==]
