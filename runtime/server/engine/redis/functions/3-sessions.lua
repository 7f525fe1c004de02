-- The records of sessions. Fields: proof, user, kick (when the user had been kicked last when it got the session), owner, node ('' for
-- nobody), adrift (the owner's number under which entries joined it while it was nobody's, or ''), claim (the last request that claimed it), base and head (positions of its own source as GENERATION SPACE NUMBER), calls (the
-- highest call id), handled (the call up to which replies are not needed), size (of the entries), replies (size of the results),
-- group:GROUP (its spans as JSON); or only `ended`. An entry is kept as GENERATION SPACE NUMBER SPACE HEAD LF BODY.

local function is_behind(generation, number, other, other_number)
  generation, other = tonumber(generation), tonumber(other)
  if generation ~= other then return generation > other end
  return tonumber(number) > tonumber(other_number)
end

local function place_of(entry)
  return string.match(entry, '^(%d+) (%d+)')
end

local function keep(id)
  for _, kind in ipairs({ 'session:', 'entries:', 'results:' }) do redis.call('PERSIST', key .. kind .. id) end
end

local function let_go(id)
  for _, kind in ipairs({ 'session:', 'entries:', 'results:' }) do redis.call('PEXPIRE', key .. kind .. id, window) end
end

-- The next owner's number: behind every number that was given, those included that this server may have lost.
local function next_owner(owner)
  return whole(math.max(tonumber(owner) + 1, now))
end

local function drop_entry(id, record)
  local entry = redis.call('LPOP', key .. 'entries:' .. id)
  record.size = tonumber(record.size) - body_length(entry)
  record.base = string.match(entry, '^%d+ %d+')
end

local function push_entry(id, record, entry, name, limits)
  local log = key .. 'entries:' .. id
  if name ~= '' then
    local wanted = '{"key":' .. name
    for index, other in ipairs(redis.call('LRANGE', log, 0, -1)) do
      local where, head = string.match(other, '^(%d+ %d+) ([^\n]*)\n')
      if string.sub(head, 1, #wanted) == wanted then
        redis.call('LSET', log, index - 1, where .. ' -\n')
        record.size = tonumber(record.size) - body_length(other)
      end
    end
  end
  local length = redis.call('RPUSH', log, entry)
  record.head = string.match(entry, '^%d+ %d+')
  record.size = tonumber(record.size) + body_length(entry)
  while length > limits.entries or (tonumber(record.size) > limits.bytes and length > 0) do
    drop_entry(id, record)
    length = length - 1
  end
end

local function by_number(one, other) return tonumber(one) < tonumber(other) end

local function drop_result(id, record, call)
  local results = key .. 'results:' .. id
  record.replies = tonumber(record.replies) - redis.call('HSTRLEN', results, call)
  redis.call('HDEL', results, call)
end

local function keep_result(id, record, call, frame, limits)
  local results = key .. 'results:' .. id
  drop_result(id, record, call)
  redis.call('HSET', results, call, frame)
  record.replies = tonumber(record.replies) + #frame
  if redis.call('HLEN', results) <= limits.entries and record.replies <= limits.bytes then return end
  local calls = redis.call('HKEYS', results)
  table.sort(calls, by_number)
  for _, oldest in ipairs(calls) do
    drop_result(id, record, oldest)
    if redis.call('HLEN', results) <= limits.entries and record.replies <= limits.bytes then return end
  end
end

-- Who owns a record according to it, for one who believes to: nil, it does; else `lost`, the record is gone or behind; or `conflict`.
local function refusal(record, node, owner)
  if record.ended then return 'conflict' end
  if not record.owner or tonumber(record.owner) < tonumber(owner) then return 'lost' end
  if record.owner ~= owner or record.node ~= node then return 'conflict' end
  return nil
end

-- id, node, owner, proof, user, kick.
function operations.open(_, arguments)
  local id, node, owner, proof, user, kick = unpack(arguments)
  if not is_known(node) then return { 'gone' } end
  local name = key .. 'session:' .. id
  local record = fields(name)
  local why = refusal(record, node, owner)
  if why == nil and record.proof == proof then return { 'ok' } end
  if why ~= 'lost' then return { 'conflict' } end
  if record.node and record.node ~= '' then redis.call('SREM', key .. 'owns:' .. record.node, id) end
  redis.call('DEL', name, key .. 'entries:' .. id, key .. 'results:' .. id)
  redis.call('HSET', name, 'proof', proof, 'user', user, 'kick', kick, 'owner', owner, 'node', node, 'adrift', '', 'claim', '',
    'base', '1 0', 'head', '1 0', 'calls', '0', 'handled', '0', 'size', '0', 'replies', '0')
  redis.call('SADD', key .. 'owns:' .. node, id)
  return { 'ok' }
end

-- id, node, proof, request. Answers `none`, or `ok`, the record as a list of fields and values, its entries, its results.
function operations.claim(at, arguments)
  local id, node, proof, request = unpack(arguments)
  if not is_known(node) then return { 'gone' } end
  local name = key .. 'session:' .. id
  local record = fields(name)
  if not record.owner or record.proof ~= proof then return { 'none' } end
  if record.claim ~= request then
    local owner = next_owner(record.owner)
    redis.call('HSET', name, 'owner', owner, 'node', node, 'adrift', '', 'claim', request)
    keep(id)
    redis.call('SADD', key .. 'owns:' .. node, id)
    if record.node ~= '' and record.node ~= node then
      redis.call('SREM', key .. 'owns:' .. record.node, id)
      if is_known(record.node) then push(record.node, 'x ' .. owner .. ' ' .. cjson.encode(id), at) end
    end
  end
  return { 'ok', redis.call('HGETALL', name), redis.call('LRANGE', key .. 'entries:' .. id, 0, -1), redis.call('HGETALL', key .. 'results:' .. id) }
end

-- id, node, request. What was claimed with an answer that never came is nobody's.
function operations.release(_, arguments)
  local id, node, request = unpack(arguments)
  local name = key .. 'session:' .. id
  local record = fields(name)
  if record.claim == request and record.node == node then
    redis.call('HSET', name, 'node', '')
    redis.call('SREM', key .. 'owns:' .. node, id)
    let_go(id)
  end
  return { 'ok' }
end

-- id, node, owner, entries, bytes, user ('' as it was), kick, calls, position handled (GENERATION SPACE NUMBER, or ''), call handled, how
-- many entries, of each its place, key as JSON and text, how many results, of each its call and frame, then groups and their spans ('' for none).
function operations.write(_, arguments)
  local id, node, owner, entries, bytes, user, kick, calls, position, handled = unpack(arguments, 1, 10)
  local name = key .. 'session:' .. id
  local record = fields(name)
  local why = refusal(record, node, owner)
  if why then return { why } end
  local limits = { entries = tonumber(entries), bytes = tonumber(bytes) }
  local index = 12
  for _ = 1, tonumber(arguments[11]) do
    local place, key_json, text = arguments[index], arguments[index + 1], arguments[index + 2]
    local generation, number = place_of(place)
    if is_behind(generation, number, place_of(record.head)) then
      push_entry(id, record, place .. ' ' .. text, key_json, limits)
    end
    index = index + 3
  end
  local count = tonumber(arguments[index])
  index = index + 1
  for _ = 1, count do
    if tonumber(arguments[index]) > tonumber(record.handled) then
      keep_result(id, record, arguments[index], arguments[index + 1], limits)
    end
    index = index + 2
  end
  while index < #arguments do
    if arguments[index + 1] == '' then redis.call('HDEL', name, 'group:' .. arguments[index])
    else redis.call('HSET', name, 'group:' .. arguments[index], arguments[index + 1]) end
    index = index + 2
  end
  if position ~= '' then
    local generation, number = place_of(position)
    if is_behind(generation, number, place_of(record.base)) then record.base = position end
    local log = key .. 'entries:' .. id
    local oldest = redis.call('LINDEX', log, 0)
    while oldest do
      local oldest_generation, oldest_number = place_of(oldest)
      if is_behind(oldest_generation, oldest_number, generation, number) then break end
      drop_entry(id, record)
      oldest = redis.call('LINDEX', log, 0)
    end
    if tonumber(handled) > tonumber(record.handled) then
      record.handled = handled
      for _, call in ipairs(redis.call('HKEYS', key .. 'results:' .. id)) do
        if tonumber(call) <= tonumber(handled) then drop_result(id, record, call) end
      end
    end
  end
  if user ~= '' then record.user, record.kick = user, kick end
  if tonumber(calls) > tonumber(record.calls) then record.calls = calls end
  redis.call('HSET', name, 'user', record.user, 'kick', record.kick, 'base', record.base, 'head', record.head,
    'calls', record.calls, 'handled', record.handled, 'size', whole(record.size), 'replies', whole(record.replies))
  return { 'ok' }
end

-- id, node, owner. What is left for the window tells an earlier owner that it is over.
function operations.finish(_, arguments)
  local id, node, owner = unpack(arguments)
  local name = key .. 'session:' .. id
  local record = fields(name)
  if refusal(record, node, owner) then return { 'ok' } end
  redis.call('DEL', name, key .. 'entries:' .. id, key .. 'results:' .. id)
  redis.call('HSET', name, 'ended', '1')
  redis.call('PEXPIRE', name, window)
  redis.call('SREM', key .. 'owns:' .. node, id)
  return { 'ok' }
end

-- id, node that asks, request, 1 where it is volatile, key as JSON, text, entries, bytes. Answers `none`; `sent`, to the owner, which will
-- answer; or `ok`, it has joined the record.
function operations.route(at, arguments)
  local id, node, request, volatile, key_json, text, entries, bytes = unpack(arguments)
  local name = key .. 'session:' .. id
  local record = fields(name)
  if not record.owner then return { 'none' } end
  if record.node ~= '' and is_alive(record.node) then
    push(record.node, 'r ' .. request .. ' ' .. node .. ' ' .. cjson.encode(id) .. '\n' .. text, at)
    return { 'sent' }
  end
  if volatile == '1' then return { 'ok' } end
  local number = 1
  if record.adrift == record.owner then
    -- Behind what has joined before.
    number = tonumber(select(2, place_of(record.head))) + 1
  else
    -- The last owner may have sent more than it has written down.
    record.owner = next_owner(record.owner)
    if record.node ~= '' then redis.call('SREM', key .. 'owns:' .. record.node, id) end
    if record.node ~= '' and is_known(record.node) then push(record.node, 'x ' .. record.owner .. ' ' .. cjson.encode(id), at) end
  end
  push_entry(id, record, record.owner .. ' ' .. whole(number) .. ' ' .. text, key_json, { entries = tonumber(entries), bytes = tonumber(bytes) })
  redis.call('HSET', name, 'node', '', 'owner', record.owner, 'adrift', record.owner, 'claim', '', 'base', record.base, 'head', record.head, 'size', whole(record.size))
  let_go(id)
  return { 'ok' }
end

-- node that asked, request, answer. Tells who asked by way of `route` how it went.
function operations.answer(at, arguments)
  local node, request, answer = unpack(arguments)
  if is_known(node) then push(node, 'a ' .. request .. ' ' .. answer, at) end
  return { 'ok' }
end
