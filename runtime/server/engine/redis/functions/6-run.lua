-- How operations are called: KEYS is the partition's name; ARGV the operation, how to publish, the window in ms, and its arguments. What
-- is answered begins with the epoch.

local function run(keys, arguments)
  key, publish, window = keys[1], arguments[2], tonumber(arguments[3])
  now = clock()
  local at = epoch()
  local rest = {}
  for index = 4, #arguments do rest[index - 3] = arguments[index] end
  local answer = operations[arguments[1]](at, rest)
  table.insert(answer, 1, at)
  return answer
end
