-- Every kind of target over random graphs of up to 12 revisions, against a model that shares no
-- code with the program: reachability by matrix, every rule written out for sets. The same success
-- or error class, the same set of steps, a valid order, the same rows; and up then down returns.
-- SOAK=1 runs 100,000 graphs.
local graph = require("luamigrate.core").graph

local ROUNDS = os.getenv("SOAK") and 100000 or 1500
local IDS = { "aa", "bb", "cc", "dd", "ee", "ff", "gg", "hh", "ii", "jj", "kk", "ll" }

-- Sparse graphs have long walks, dense ones many merges.
local function random_nodes()
  local count = math.random(1, 12)
  local down, depends = math.random() * 0.5, math.random() * 0.2
  local nodes, rank = {}, {}
  for i = 1, count do
    nodes[i] = { id = IDS[i], down = {}, depends_on = {} }
    table.insert(rank, math.random(1, i), i)
    if math.random() < 0.25 then
      nodes[i].labels = { "L" .. i }
    end
  end
  for at = 2, count do
    local node = nodes[rank[at]]
    for before = math.max(1, at - math.random(4)), at - 1 do
      local other = nodes[rank[before]]
      if math.random() < down then
        table.insert(node.down, other.id)
      elseif math.random() < depends then
        table.insert(node.depends_on, other.labels and math.random() < 0.5 and other.labels[1]
          or other.id)
      end
    end
  end
  return nodes
end

local Model = {}
Model.__index = Model

local function close(reach, nodes)
  for _, k in ipairs(nodes) do
    for _, i in ipairs(nodes) do
      if reach[i.id][k.id] then
        for _, j in ipairs(nodes) do
          reach[i.id][j.id] = reach[i.id][j.id] or reach[k.id][j.id]
        end
      end
    end
  end
  return reach
end

local function new_model(nodes)
  local self = setmetatable({ nodes = nodes, by_id = {}, named = {}, children = {} }, Model)
  local all, versioned = {}, {}
  for _, node in ipairs(nodes) do
    self.by_id[node.id], self.named[node.id] = node, node.id
    for _, label in ipairs(node.labels or {}) do
      self.named[label] = node.id
    end
    all[node.id], versioned[node.id] = { [node.id] = true }, { [node.id] = true }
    self.children[node.id] = {}
  end
  for _, node in ipairs(nodes) do
    for _, id in ipairs(node.down) do
      all[node.id][id], versioned[node.id][id] = true, true
      table.insert(self.children[id], node.id)
    end
    for _, name in ipairs(node.depends_on) do
      all[node.id][self.named[name]] = true
    end
  end
  self.reach, self.versioned = close(all, nodes), close(versioned, nodes)
  return self
end

function Model:below(ids)
  local set = {}
  for id in pairs(ids) do
    for other in pairs(self.reach[id]) do
      set[other] = true
    end
  end
  return set
end

function Model:heads(set)
  local heads = {}
  for id in pairs(set) do
    local is_head = true
    for other in pairs(set) do
      is_head = is_head and (other == id or not self.reach[other][id])
    end
    heads[id] = is_head or nil
  end
  return heads
end

function Model:list(set)
  local list = {}
  for _, node in ipairs(self.nodes) do
    list[#list + 1] = set[node.id] and node.id or nil
  end
  return list
end

local function set_of(list)
  local set = {}
  for _, id in ipairs(list) do
    set[id] = true
  end
  return set
end

local function only(list)
  return #list == 1 and list[1] or nil
end

function Model:lineage(branch)
  if not branch then
    return nil
  end
  local set, at = {}, self.named[branch]
  for _, node in ipairs(self.nodes) do
    set[node.id] = self.versioned[at][node.id] or self.versioned[node.id][at] or nil
  end
  return set
end

-- Where walks without a symbol start: an id, "base", or nil when that is not clear.
function Model:start(rows, applied, lineage)
  local list = {}
  for id in pairs(rows) do
    list[#list + 1] = (not lineage or lineage[id]) and id or nil
  end
  if #list == 0 and lineage then
    for id in pairs(applied) do
      local is_tip = lineage[id]
      for _, child in ipairs(self.children[id]) do
        is_tip = is_tip and not (applied[child] and lineage[child])
      end
      list[#list + 1] = is_tip and id or nil
    end
  end
  if #list == 0 then
    return "base"
  end
  return only(list)
end

-- N steps up: an id, "base", or nil.
function Model:up(at, steps, lineage)
  for _ = 1, steps do
    local next_ones = {}
    for _, node in ipairs(self.nodes) do
      local follows = at == "base" and #node.down == 0
      for _, id in ipairs(node.down) do
        follows = follows or id == at
      end
      next_ones[#next_ones + 1] = follows and (not lineage or lineage[node.id]) and node.id or nil
    end
    at = only(next_ones)
    if not at then
      return nil
    end
  end
  return at
end

-- N steps down: an id, "base", the list of the parents of a merge and the merge, or nil.
function Model:down(at, steps)
  for i = 1, steps do
    if at == "base" then
      return nil
    end
    local parents = self.by_id[at].down
    if #parents > 1 then
      return i == steps and parents or nil, at
    end
    at = parents[1] or "base"
  end
  return at
end

-- Where a target leads: a list of ids (empty: base) and the merge that it is one below of; nil for
-- an error.
function Model:place(target, rows, applied)
  local lineage = self:lineage(target.branch)
  local at
  if not target.symbol then
    at = self:start(rows, applied, lineage)
  elseif target.symbol == "base" then
    at = "base"
  elseif target.symbol == "head" or target.symbol == "heads" then
    local list = {}
    for _, node in ipairs(self.nodes) do
      local is_head = #self.children[node.id] == 0
      if not lineage and target.symbol == "heads" then
        is_head = true
        for _, other in ipairs(self.nodes) do
          is_head = is_head and (other == node or not self.reach[other.id][node.id])
        end
      end
      list[#list + 1] = is_head and (not lineage or lineage[node.id]) and node.id or nil
    end
    if #list > 1 and (target.symbol == "head" or target.sign) then
      return nil
    end
    if #list ~= 1 then
      return list
    end
    at = list[1]
  else
    at = self.named[target.symbol]
    if lineage and not lineage[at] then
      return nil
    end
  end
  local merge
  if at and target.sign == "+" then
    at = self:up(at, target.steps, lineage)
  elseif at and target.sign == "-" then
    at, merge = self:down(at, target.steps)
  end
  if not at then
    return nil
  elseif type(at) == "table" then
    return at, merge
  end
  return at == "base" and {} or { at }
end

-- What an upgrade leads to: what is applied afterwards, or nil.
function Model:upgraded(targets, rows, applied)
  local now, places = {}, {}
  for id in pairs(applied) do
    now[id] = true
  end
  for i, target in ipairs(targets) do
    if (#targets > 1 and target.sign) or (not target.symbol and target.sign == "-") then
      return nil
    end
    local place = self:place(target, rows, applied)
    if not place then
      return nil
    end
    places[i] = place
    for id in pairs(self:below(set_of(place))) do
      now[id] = true
    end
  end
  -- one target may not be part of another: a revision below one that other targets name
  local owners = {}
  for i, place in ipairs(places) do
    for _, id in ipairs(place) do
      owners[id] = (owners[id] or 0) | 1 << i
    end
  end
  for a, by in pairs(owners) do
    for b, by_others in pairs(owners) do
      if a ~= b and by ~= by_others and self.reach[a][b] then
        return nil
      end
    end
  end
  return now
end

-- All that is applied and needs one of `drop`, with these.
function Model:above(drop, applied)
  local set = {}
  for id in pairs(applied) do
    for other in pairs(drop) do
      set[id] = set[id] or self.reach[id][other]
    end
  end
  return set
end

-- The set that goes when `drop` has to, or nil when something outside `allowed` needs it.
function Model:closed(drop, applied, allowed)
  local set = self:above(drop, applied)
  for id in pairs(set) do
    if not allowed[id] then
      return nil
    end
  end
  return set
end

-- What a downgrade reverts, or nil.
function Model:reverted(target, rows, applied)
  local lineage = self:lineage(target.branch)
  if not target.symbol then
    if target.sign == "+" then
      return nil
    end
    local at = self:start(rows, applied, lineage)
    local drop = {}
    for i = 1, target.steps do
      if not at or at == "base" then
        return nil
      end
      drop[at] = true
      local parents = self.by_id[at].down
      if #parents > 1 and i < target.steps then
        return nil
      end
      at = parents[1] or "base"
    end
    return self:closed(drop, applied, drop)
  end
  local place, merge = self:place(target, rows, applied)
  if not place or (#place > 1 and not merge) then
    return nil
  end
  if merge then
    return applied[merge] and self:closed({ [merge] = true }, applied, lineage or applied)
  elseif #place == 0 then
    local keep = {}
    for id in pairs(applied) do
      keep[id] = lineage and not lineage[id] or nil
    end
    keep = self:below(keep)
    local drop = {}
    for id in pairs(applied) do
      drop[id] = not keep[id] or nil
    end
    return drop
  end
  local at, drop = place[1], {}
  if not applied[at] then
    return nil
  end
  for _, child in ipairs(self.children[at]) do
    drop[child] = applied[child] and (not lineage or lineage[child]) or nil
  end
  if next(drop) then
    return self:closed(drop, applied, lineage or applied)
  end
  return rows[at] and {} or nil
end

local function random_target(model)
  local names = {}
  for name in pairs(model.named) do
    names[#names + 1] = name
  end
  table.sort(names)
  local function any()
    return names[math.random(#names)]
  end
  local target = {}
  if math.random() < 0.35 then
    target.branch = any()
  end
  local dice = math.random()
  if dice < 0.45 then
    target.symbol = any()
  elseif dice < 0.7 then
    target.symbol = ({ "head", "heads", "base" })[math.random(3)]
  end
  if not target.symbol or math.random() < 0.4 then
    target.sign = math.random() < 0.5 and "+" or "-"
    target.steps = math.random(1, 4)
  end
  target.text = (target.branch and target.branch .. "@" or "") .. (target.symbol or "")
    .. (target.sign and target.sign .. target.steps or "")
  return target
end

-- Checks the plan step by step; returns what is applied at its end.
local function replay(model, plan, applied)
  local now = set_of(model:list(applied))
  assert.same(model:list(model:heads(now)), plan.from)
  for _, step in ipairs(plan.steps) do
    assert.same(model:list(model:heads(now)), step.from)
    if plan.direction == "upgrade" then
      assert.is_nil(now[step.id])
      for id in pairs(model.reach[step.id]) do
        assert.truthy(id == step.id or now[id], step.id .. " before " .. id)
      end
      now[step.id] = true
    else
      assert.is_true(now[step.id])
      now[step.id] = nil
      for id in pairs(now) do
        assert.is_nil(model.reach[id][step.id], step.id .. " under " .. id)
      end
    end
    assert.same(model:list(model:heads(now)), step.to)
  end
  assert.same(model:list(model:heads(now)), plan.to)
  return now
end

local function context(model, rows, text)
  local parts = {}
  for _, node in ipairs(model.nodes) do
    parts[#parts + 1] = ("%s(%s | %s | %s)"):format(node.id, table.concat(node.down, ","),
      table.concat(node.depends_on, ","), table.concat(node.labels or {}, ","))
  end
  return table.concat(parts, " ") .. " rows " .. table.concat(rows, " ") .. ": " .. text
end

local function check_upgrade(model, tree, rows, applied)
  local targets, texts = {}, {}
  for i = 1, math.random() < 0.3 and 2 or 1 do
    targets[i] = random_target(model)
    texts[i] = targets[i].text
  end
  local where = context(model, rows, "upgrade " .. table.concat(texts, " "))
  local now = model:upgraded(targets, model:heads(applied), applied)
  local plan, err = tree:plan("upgrade", rows, texts)
  assert.equal(now ~= nil, plan ~= nil, where .. " " .. (err and err.message or ""))
  if not plan then
    assert.equal("usage", err.code, where)
    return
  end
  assert.same(model:list(now), model:list(replay(model, plan, applied)), where)
  -- and back, one by one, each time to the rows before the step
  local at = plan.to
  for i = #plan.steps, 1, -1 do
    local step = plan.steps[i]
    local back = tree:plan("downgrade", at, step.id .. "@-1")
    if back then
      assert.same({ step.id, step.from }, { back.steps[1].id, back.to }, where)
    end
    at = step.from
  end
  assert.same(plan.from, at, where)
end

local function check_downgrade(model, tree, rows, applied)
  local target = random_target(model)
  local where = context(model, rows, "downgrade " .. target.text)
  local drop = model:reverted(target, model:heads(applied), applied)
  local plan, err = tree:plan("downgrade", rows, target.text)
  assert.equal(drop and true or false, plan ~= nil, where .. " " .. (err and err.message or ""))
  if not plan then
    assert.equal("usage", err.code, where)
    return
  end
  local left = replay(model, plan, applied)
  for id in pairs(applied) do
    assert.equal(not drop[id], left[id] or false, where .. " " .. id)
  end
  if #plan.steps == 0 then
    return
  end
  local again = assert(tree:plan("upgrade", plan.to, plan.from))
  assert.same(plan.from, again.to, where)
  assert.equal(#plan.steps, #again.steps, where)
end

local function check_stamp(model, tree, rows, applied)
  local target = random_target(model)
  local where = context(model, rows, "stamp " .. target.text)
  local plan = tree:plan("stamp", rows, target.text)
  local up = tree:plan("upgrade", rows, target.text)
  local down = tree:plan("downgrade", rows, target.text)
  local place = model:place(target, model:heads(applied), applied)
  -- a stamp leaves the rows that running the scripts would leave
  if down and (#down.steps > 0 or target.symbol == "base") and target.sign ~= "+" then
    assert.same(down.to, plan and plan.to, where)
  elseif up and place and #up.steps > 0 then
    assert.same(up.to, plan and plan.to, where)
  elseif not place and target.symbol then
    assert.is_nil(plan, where)
  end
  if plan then
    local at = plan.from
    for _, step in ipairs(plan.steps) do
      assert.same(at, step.from, where)
      assert.truthy(#step.gone <= 1 and #step.come <= 1, where)
      at = step.to
    end
    assert.same(plan.to, at, where)
  end
end

local function round()
  local model = new_model(random_nodes())
  local tree = assert(graph.build(model.nodes))
  local picked = {}
  for _, node in ipairs(model.nodes) do
    picked[node.id] = math.random() < 0.25 or nil
  end
  local applied, rows = model:below(picked), model:list(picked)
  for _ = 1, 3 do
    check_upgrade(model, tree, rows, applied)
    check_downgrade(model, tree, rows, applied)
    check_stamp(model, tree, rows, applied)
  end
end

-- The text of a failed assertion, which is a table or one inside a table.
local function text_of(err)
  while type(err) == "table" do
    err = err.message or err[1]
  end
  return tostring(err)
end

describe("targets over random graphs", function()
  it("agree with the model", function()
    local seed = tonumber(os.getenv("SEED") or 20261121)
    for i = 1, ROUNDS do
      math.randomseed(seed, i)
      local ok, err = pcall(round)
      if not ok then
        error(("SEED=%d round %d: %s"):format(seed, i,
          text_of(err)), 0)
      end
    end
  end)
end)
