-- Plans over random graphs against a model that knows reachability by matrix only: the same set of
-- steps, an order in which everything needed comes first, and version rows that are exactly the
-- heads of what is applied after every step. SOAK=1 runs many more.
local graph = require("luamigrate.core").graph

local ROUNDS = os.getenv("SOAK") and 100000 or 2000
local NAMES = { "aa", "bb", "cc", "dd", "ee", "ff", "gg", "hh" }

-- A random DAG: nodes in a random order of files, edges to nodes that come before in `rank`.
local function random_graph()
  local count = math.random(1, 8)
  local nodes = {}
  for i = 1, count do
    nodes[i] = { id = NAMES[i], down = {}, depends_on = {} }
  end
  local rank = {}
  for i = 1, count do
    table.insert(rank, math.random(1, i), i)
  end
  for at = 2, count do
    local node = nodes[rank[at]]
    for before = 1, at - 1 do
      local dice = math.random()
      if dice < 0.3 then
        table.insert(node.down, nodes[rank[before]].id)
      elseif dice < 0.4 then
        table.insert(node.depends_on, nodes[rank[before]].id)
      end
    end
  end
  return nodes
end

-- reach[a][b]: b is an ancestor of a, or a itself, by the edges of `fields`.
local function matrix(nodes, fields)
  local reach = {}
  for _, node in ipairs(nodes) do
    reach[node.id] = { [node.id] = true }
    for _, field in ipairs(fields) do
      for _, id in ipairs(node[field]) do
        reach[node.id][id] = true
      end
    end
  end
  for _, k in ipairs(nodes) do
    for _, i in ipairs(nodes) do
      for _, j in ipairs(nodes) do
        if reach[i.id][k.id] and reach[k.id][j.id] then
          reach[i.id][j.id] = true
        end
      end
    end
  end
  return reach
end

local function list_of(model, set)
  local list = {}
  for _, node in ipairs(model.nodes) do
    if set[node.id] then
      list[#list + 1] = node.id
    end
  end
  return list
end

local function below(model, ids)
  local set = {}
  for _, id in ipairs(ids) do
    for other in pairs(model.reach[id]) do
      set[other] = true
    end
  end
  return set
end

local function heads_of(model, set)
  local heads = {}
  for id in pairs(set) do
    heads[id] = true
    for other in pairs(set) do
      if other ~= id and model.reach[other][id] then
        heads[id] = nil
      end
    end
  end
  return list_of(model, heads)
end

local function minus(a, b)
  local set = {}
  for id in pairs(a) do
    if not b[id] then
      set[id] = true
    end
  end
  return set
end

local function above(model, ids, applied)
  local set = {}
  for other in pairs(applied) do
    for _, id in ipairs(ids) do
      if model.reach[other][id] then
        set[other] = true
      end
    end
  end
  return set
end

local function lineage(model, id)
  local set = {}
  for _, node in ipairs(model.nodes) do
    if model.versioned[id][node.id] or model.versioned[node.id][id] then
      set[node.id] = true
    end
  end
  return set
end

-- What a downgrade to `target` reverts, or nil where it is refused.
local function expected_drop(model, target, applied, branch)
  local inside = branch and lineage(model, branch)
  local children = {}
  if not applied[target] or (inside and not inside[target]) then
    return nil
  end
  for _, node in ipairs(model.nodes) do
    for _, id in ipairs(node.down) do
      if id == target and applied[node.id] and (not inside or inside[node.id]) then
        children[#children + 1] = node.id
      end
    end
  end
  local drop = above(model, children, applied)
  if inside and next(minus(drop, inside)) then
    return nil
  end
  if #children == 0 then
    for _, id in ipairs(heads_of(model, applied)) do
      if id == target then
        return {}
      end
    end
    return nil
  end
  return drop
end

-- Replays the steps and checks each; returns what is applied at the end.
local function replay(model, plan, applied)
  local now = minus(applied, {})
  assert.same(heads_of(model, now), plan.from)
  for _, step in ipairs(plan.steps) do
    assert.same(heads_of(model, now), step.from)
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
        assert.is_nil(model.reach[id][step.id])
      end
    end
    assert.same(heads_of(model, now), step.to)
  end
  assert.same(heads_of(model, now), plan.to)
  return now
end

local function round()
  local model = { nodes = random_graph() }
  local nodes = model.nodes
  model.reach = matrix(nodes, { "down", "depends_on" })
  model.versioned = matrix(nodes, { "down" })
  local tree = assert(graph.build(nodes))
  local rows = {}
  for _, node in ipairs(nodes) do
    if math.random() < 0.3 then
      rows[#rows + 1] = node.id
    end
  end
  local applied = below(model, rows)
  local function any()
    return nodes[math.random(#nodes)].id
  end

  -- upgrade
  local target, second = any(), any()
  local targets = { target, second }
  local overlap = target ~= second
    and (model.reach[target][second] or model.reach[second][target])
  local plan, err = tree:plan("upgrade", rows, targets)
  assert.equal(overlap or nil, err and true)
  if plan then
    local now = replay(model, plan, applied)
    assert.same(list_of(model, below(model, { target, second, table.unpack(rows) })),
      list_of(model, now))
    -- and back: what was applied now goes again
    for i = #plan.steps, 1, -1 do
      now[plan.steps[i].id] = nil
    end
    assert.same(plan.from, heads_of(model, now))
  end
  plan = assert(tree:plan("upgrade", rows, "heads"))
  assert.equal(#nodes, #list_of(model, replay(model, plan, applied)))

  -- downgrade
  for _, branch in ipairs({ false, any() }) do
    local drop = expected_drop(model, target, applied, branch or nil)
    plan, err = tree:plan("downgrade", rows, branch and branch .. "@" .. target or target)
    assert.equal(drop ~= nil, plan ~= nil, err and err.message)
    if plan then
      assert.same(list_of(model, minus(applied, drop)),
        list_of(model, replay(model, plan, applied)))
      local again = assert(tree:plan("upgrade", plan.to, plan.from))
      assert.same(plan.from, again.to)
    else
      assert.equal("usage", err.code)
    end
  end
  plan = assert(tree:plan("downgrade", rows, "base"))
  assert.same({}, list_of(model, replay(model, plan, applied)))
  plan = assert(tree:plan("downgrade", rows, target .. "@base"))
  local outside = list_of(model, minus(applied, lineage(model, target)))
  assert.same(list_of(model, below(model, outside)), list_of(model, replay(model, plan, applied)))
  plan = tree:plan("downgrade", rows, "-1")
  local heads = heads_of(model, applied)
  assert.equal(#heads == 1, plan ~= nil)
  if plan then
    assert.equal(heads[1], plan.steps[1].id)
    assert.equal(1, #plan.steps)
    replay(model, plan, applied)
  end

  -- stamp: upwards as an upgrade; several targets join
  plan = assert(tree:plan("stamp", {}, targets))
  assert.same(heads_of(model, below(model, targets)), plan.to)
  plan = assert(tree:plan("stamp", rows, target))
  if not applied[target] then
    assert.same(tree:plan("upgrade", rows, target).to, plan.to)
  else
    local down = tree:plan("downgrade", rows, target)
    if down then
      assert.same(down.to, plan.to)
    end
  end
  local last = plan.from
  for _, step in ipairs(plan.steps) do
    assert.same(last, step.from)
    assert.truthy(math.abs(#step.from - #step.to) <= 1)
    last = step.to
  end
  assert.same(plan.to, last)
end

-- All graphs of `count` nodes, self-loops included: built exactly when there is no cycle.
local function every_digraph(count)
  for bits = 0, (1 << (count * count)) - 1 do
    local nodes = {}
    for i = 1, count do
      nodes[i] = { id = NAMES[i], down = {}, depends_on = {} }
      for j = 1, count do
        if bits & (1 << ((i - 1) * count + j - 1)) ~= 0 then
          table.insert((i + j) % 2 == 0 and nodes[i].down or nodes[i].depends_on, NAMES[j])
        end
      end
    end
    local reach = matrix(nodes, { "down", "depends_on" })
    local cyclic = false
    for i, node in ipairs(nodes) do
      cyclic = cyclic or bits & (1 << ((i - 1) * count + i - 1)) ~= 0
      for other in pairs(reach[node.id]) do
        cyclic = cyclic or (other ~= node.id and reach[other][node.id] ~= nil)
      end
    end
    local tree = graph.build(nodes)
    assert.equal(not cyclic, tree ~= nil, ("graph %d of %d nodes"):format(bits, count))
    if tree then
      local seen = {}
      for _, id in ipairs(tree:order()) do
        for other in pairs(reach[id]) do
          assert.truthy(other == id or seen[other])
        end
        seen[id] = true
      end
    end
  end
end

describe("plans over random graphs", function()
  it("agree with the matrix", function()
    local seed = tonumber(os.getenv("SEED") or 20261121)
    for i = 1, ROUNDS do
      math.randomseed(seed, i)
      local ok, err = pcall(round)
      if not ok then
        error(("SEED=%d round %d: %s"):format(seed, i, tostring(err)), 0)
      end
    end
  end)

  it("are made for exactly the digraphs without a cycle", function()
    for count = 1, os.getenv("SOAK") and 4 or 3 do
      every_digraph(count)
    end
  end)
end)
