-- An output handler of busted for programs: each failure with its place, and
-- as the last line the counts. An error outside a test counts as a failure.
return function()
  local busted = require "busted"
  local handler = require "busted.outputHandlers.base"()

  local function report(kind, element, message, trace)
    local at = type(trace) == "table" and trace or element.trace or {}
    io.write(("%s: %s\n  at %s:%s\n"):format(kind, handler.getFullName(element),
      at.short_src or "?", at.currentline or "?"))
    local text = type(message) == "string" and message
      or require "pl.pretty".write(message)
    io.write("  ", text:gsub("\n", "\n  "), "\n")
    if at.traceback then
      io.write("  ", at.traceback:gsub("\n", "\n  "), "\n")
    end
    io.flush()
    return nil, true
  end

  busted.subscribe({ "failure" }, function(element, _, message, trace)
    return report("failed", element, message, trace)
  end)
  busted.subscribe({ "error" }, function(element, _, message, trace)
    return report("error", element, message, trace)
  end)
  busted.subscribe({ "suite", "end" }, function()
    for _, pending in ipairs(handler.pendings) do
      io.write(("pending: %s\n"):format(pending.name))
    end
    io.write(("%d passed, %d failed\n"):format(handler.successesCount,
      handler.failuresCount + handler.errorsCount))
    io.flush()
    return nil, true
  end)
  return handler
end
