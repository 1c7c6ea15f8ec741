-- Proves that the tokenizer finds what is quoted, commented and a parameter in
-- either dialect, and never loses or adds a byte whatever it is given.
local db = require "luamigrate.core".db

local function solid(sql, dialect)
  local out = {}
  for _, token in ipairs(db.lex(sql, dialect)) do
    if token[1] ~= "space" then
      out[#out + 1] = token[1] .. (token.open and "*" or "") .. " " .. token[2]
    end
  end
  return out
end

local cases = {
  { "either", "a = :a", { "word a", "operator =", "param :a" } },
  { "either", ":id::uuid", { "param :id", "operator ::", "word uuid" } },
  { "either", "a[1:n]", {
    "word a", "operator [", "number 1", "operator :", "word n", "operator ]" } },
  { "either", "ARRAY[:a]", { "word ARRAY", "operator [", "param :a", "operator ]" } },
  { "either", "$$ :a $$", { "string $$ :a $$" } },
  { "either", "$x$ :a $$ $x$ :b", { "string $x$ :a $$ $x$", "param :b" } },
  { "either", "'it''s :a' :b", { "string 'it''s :a'", "param :b" } },
  { "either", "E'\\' :a' :b", { "string E'\\' :a'", "param :b" } },
  { "either", "-- :a\n:b", { "comment -- :a", "param :b" } },
  { "either", "/* /* */ :a */ :b", { "comment /* /* */ :a */", "param :b" } },
  { "either", "/* /* */ :b", { "comment /* /* */", "param :b" } },
  { "either", "`:a` \":b\" [it's]", { "name `:a`", 'name ":b"', "name [it's]" } },
  { "either", "x := :a", { "word x", "operator :=", "param :a" } },
  { "sqlite", "?1 :a @b $c ?", { "param ?1", "param :a", "param @b", "param $c", "param ?" } },
  { "sqlite", "[a b] X'00' 0xFF 1.5e-3 .5", {
    "name [a b]", "string X'00'", "number 0xFF", "number 1.5e-3", "number .5" } },
  { "sqlite", "a->>'$.b' || c", {
    "word a", "operator ->>", "string '$.b'", "operator ||", "word c" } },
  { "sqlite", "'open", { "string* 'open" } },
  { "sqlite", "/* /* */ x", { "comment /* /* */", "word x" } },
  { "postgresql", "$1 a[1] E'\\'' U&\"x\"", {
    "param $1", "word a", "operator [", "number 1", "operator ]", "string E'\\''", 'name U&"x"' } },
}

describe("sql_lex", function()
  for _, case in ipairs(cases) do
    it("splits " .. case[2]:gsub("\n", " ") .. " (" .. case[1] .. ")", function()
      assert.same(case[3], solid(case[2], case[1]))
    end)
  end

  it("gives back every byte of random text in every dialect", function()
    local alphabet = { "a", "1", " ", "\n", "'", '"', "`", "[", "]", "$", "$t$", "--", "/*", "*/",
      ":", ":a", "?", "@", "(", ")", "\0", "\255", "E'", "\\", ".", "e", "x" }
    math.randomseed(7)
    for _ = 1, tonumber(os.getenv "SOAK" or 2000) do
      local parts = {}
      for i = 1, math.random(0, 20) do parts[i] = alphabet[math.random(#alphabet)] end
      local sql = table.concat(parts)
      for _, dialect in ipairs { "sqlite", "postgresql", "either" } do
        local back = {}
        for i, token in ipairs(db.lex(sql, dialect)) do
          back[i] = token[2]
          assert.is_true(#token[2] > 0)
        end
        assert.equal(sql, table.concat(back))
      end
    end
  end)
end)
