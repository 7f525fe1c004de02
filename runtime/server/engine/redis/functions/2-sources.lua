-- Sources: numbered logs, and the nodes that are sent each entry.
--
-- An entry is kept as TIME SPACE HEAD LF BODY. HEAD is empty, or JSON with `key`, `except` and `also`; `-` where another entry
-- with the same key has superseded it.

-- The source as it stands. One of an earlier epoch begins anew, in another generation, with those who follow it.
local function source_at(source, at)
  local name = key .. 'source:' .. source
  local meta = fields(name)
  if meta.epoch == at then return meta, name end
  local followers = {}
  for field in pairs(meta) do
    if string.sub(field, 1, 1) == '@' then followers[#followers + 1] = string.sub(field, 2) end
  end
  -- Where the source has been evicted, its followers are still in the sets of what they follow.
  if not meta.epoch then
    for _, node in ipairs(redis.call('ZRANGE', key .. 'nodes', 0, -1)) do
      if redis.call('SISMEMBER', key .. 'follows:' .. node, source) == 1 then followers[#followers + 1] = node end
    end
  end
  redis.call('DEL', name, key .. 'log:' .. source, key .. 'keyed:' .. source)
  local generation = at .. '.' .. redis.call('HINCRBY', key .. 'epoch', 'count', 1)
  meta = { epoch = at, generation = generation, head = '0', bytes = '0' }
  redis.call('HSET', name, 'epoch', at, 'generation', generation, 'head', '0', 'bytes', '0')
  for _, node in ipairs(followers) do
    meta['@' .. node] = '1'
    redis.call('HSET', name, '@' .. node, '1')
  end
  if #followers == 0 then redis.call('PEXPIRE', name, window) end
  return meta, name
end

local function is_followed(meta)
  for field in pairs(meta) do
    if string.sub(field, 1, 1) == '@' then return true end
  end
  return false
end

local function body_length(entry)
  return #entry - string.find(entry, '\n', 1, true)
end

-- Lets go of the oldest entry, the one with `number`.
local function drop_oldest(source, meta, number)
  local entry = redis.call('LPOP', key .. 'log:' .. source)
  meta.bytes = tonumber(meta.bytes) - body_length(entry)
  local head = string.match(entry, '^%d+ ([^\n]*)\n')
  if not string.find(head, '"key":', 1, true) then return end
  local keyed = key .. 'keyed:' .. source
  local name = cjson.decode(head).key
  if name and redis.call('HGET', keyed, name) == whole(number) then redis.call('HDEL', keyed, name) end
end

local function is_old(entry)
  return entry and tonumber(string.match(entry, '^%d+')) <= now - window
end

-- Lets go of what is too old, too much or too large. Returns how many entries are left.
local function trim(source, meta, entries, bytes)
  local log = key .. 'log:' .. source
  local length = redis.call('LLEN', log)
  -- Expired as a whole, perhaps.
  if length == 0 then meta.bytes = 0 end
  while length > 0 and (length > entries or tonumber(meta.bytes) > bytes or is_old(redis.call('LINDEX', log, 0))) do
    drop_oldest(source, meta, tonumber(meta.head) - length + 1)
    length = length - 1
  end
  return length
end

-- The entry that had the key keeps its place and nothing more.
local function supersede(source, meta, name, number)
  local keyed, log = key .. 'keyed:' .. source, key .. 'log:' .. source
  local earlier = redis.call('HGET', keyed, name)
  redis.call('HSET', keyed, name, number)
  redis.call('PEXPIRE', keyed, window)
  if not earlier then return end
  local oldest = tonumber(meta.head) - redis.call('LLEN', log) + 1
  local index = tonumber(earlier) - oldest
  local entry = index >= 0 and redis.call('LINDEX', log, index)
  if not entry then return end
  redis.call('LSET', log, index, string.match(entry, '^%d+') .. ' -\n')
  meta.bytes = tonumber(meta.bytes) - body_length(entry)
end

-- Gives texts (HEAD LF BODY) the next places of a source. `keys` has `=` and the key of each, or '' for none. The metadata is changed,
-- not written.
local function place(source, meta, texts, keys, limits, messages)
  local log = key .. 'log:' .. source
  local first = tonumber(meta.head) + 1
  for index, text in ipairs(texts) do
    local number = tonumber(meta.head) + 1
    if keys[index] ~= '' then supersede(source, meta, string.sub(keys[index], 2), whole(number)) end
    local entry = whole(now) .. ' ' .. text
    redis.call('RPUSH', log, entry)
    meta.head = number
    meta.bytes = tonumber(meta.bytes) + body_length(entry)
  end
  trim(source, meta, limits.entries, limits.bytes)
  redis.call('PEXPIRE', log, window)
  local line = 'e ' .. meta.generation .. ' ' .. whole(first) .. ' ' .. #texts .. ' ' .. cjson.encode(source)
  local text
  for field in pairs(meta) do
    if string.sub(field, 1, 1) == '@' then
      text = text or (line .. '\n' .. table.concat(texts, '\n'))
      gather(messages, string.sub(field, 2), text)
    end
  end
  return text ~= nil
end

local function write_place(name, meta, followed)
  redis.call('HSET', name, 'head', whole(meta.head), 'bytes', whole(meta.bytes))
  if not followed then redis.call('PEXPIRE', name, window) end
end

-- An entry that no node numbers: a greeting or a farewell.
local function add(source, at, text, limits, messages)
  local meta, name = source_at(source, at)
  write_place(name, meta, place(source, meta, { text }, { '' }, limits, messages))
end

-- What nodes that are gone appended last is not asked for again.
local function forget_producers(name, meta)
  for field in pairs(meta) do
    local node = string.match(field, '^#(.*)$')
    if node and not is_known(node) then redis.call('HDEL', name, field) end
  end
end

-- node, entries, bytes, then for each append: source, number, epoch ('' or the one in which it was tried first), how many entries,
-- and of each its key, behind `=`, or '', and its text. Answers `ok`, and for each append a word, with `ok` the generation and the last number.
function operations.append(at, arguments)
  local node = arguments[1]
  local limits = { entries = tonumber(arguments[2]), bytes = tonumber(arguments[3]) }
  local index, answers, messages = 4, { 'ok' }, {}
  while index <= #arguments do
    local source, number, tried, count = arguments[index], arguments[index + 1], arguments[index + 2], tonumber(arguments[index + 3])
    local keys, texts = {}, {}
    for entry = 1, count do
      keys[entry], texts[entry] = arguments[index + 2 + entry * 2], arguments[index + 3 + entry * 2]
    end
    index = index + 4 + count * 2
    local meta, name = source_at(source, at)
    local last = meta['#' .. node]
    local last_number, last_place = string.match(last or '', '^(%d+) (%d+)$')
    if last and tonumber(number) == tonumber(last_number) then
      answers[#answers + 1] = { 'ok', meta.generation, last_place }
    elseif last and tonumber(number) < tonumber(last_number) then
      answers[#answers + 1] = { 'conflict', last_number }
    elseif tried ~= '' and tried ~= at then
      answers[#answers + 1] = { 'lost' }
    else
      if not last then forget_producers(name, meta) end
      local followed = place(source, meta, texts, keys, limits, messages)
      redis.call('HSET', name, '#' .. node, number .. ' ' .. whole(meta.head))
      write_place(name, meta, followed)
      answers[#answers + 1] = { 'ok', meta.generation, whole(meta.head) }
    end
  end
  push_all(messages, at)
  return answers
end

-- source, generation, number, entries, bytes. Answers `unknown`, `expired`, or `ok`, the generation, the head, the number of the first
-- entry and the entries.
function operations.range(at, arguments)
  local source, generation, number, entries, bytes = unpack(arguments)
  if redis.call('EXISTS', key .. 'source:' .. source) == 0 then return { 'unknown' } end
  local meta, name = source_at(source, at)
  number = tonumber(number)
  if generation ~= meta.generation or number > tonumber(meta.head) then return { 'unknown' } end
  local before = meta.bytes
  local length = trim(source, meta, math.huge, math.huge)
  if tonumber(before) ~= tonumber(meta.bytes) then redis.call('HSET', name, 'bytes', whole(meta.bytes)) end
  local oldest = tonumber(meta.head) - length + 1
  if number < oldest - 1 then return { 'expired' } end
  local start = number + 1 - oldest
  local found = redis.call('LRANGE', key .. 'log:' .. source, start, start + math.max(tonumber(entries), 1) - 1)
  local answer, size = { 'ok', meta.generation, whole(meta.head), whole(number + 1) }, 0
  for index, entry in ipairs(found) do
    size = size + body_length(entry)
    if index > 1 and size > tonumber(bytes) then break end
    answer[#answer + 1] = entry
  end
  return answer
end

-- When a user was kicked last, whose source it is, and the reason as JSON; '' for never.
local function last_kick(source)
  return string.match(redis.call('GET', key .. 'kick:' .. source) or '', '^(%d*) ?(.*)$')
end

-- node, sources. Answers of each its generation, its head, when its user was kicked last and why, '' for never.
function operations.follow(at, arguments)
  local node = arguments[1]
  if not is_known(node) then return { 'gone' } end
  local answer = { 'ok' }
  for index = 2, #arguments do
    local source = arguments[index]
    local meta, name = source_at(source, at)
    if not meta['@' .. node] then
      redis.call('HSET', name, '@' .. node, '1')
      redis.call('PERSIST', name)
      redis.call('SADD', key .. 'follows:' .. node, source)
    end
    answer[#answer + 1] = { meta.generation, meta.head, last_kick(source) }
  end
  return answer
end

local function unfollow(node, source)
  local name = key .. 'source:' .. source
  redis.call('SREM', key .. 'follows:' .. node, source)
  redis.call('HDEL', name, '@' .. node)
  if not is_followed(fields(name)) then redis.call('PEXPIRE', name, window) end
end

-- node, sources.
function operations.unfollow(_, arguments)
  for index = 2, #arguments do unfollow(arguments[1], arguments[index]) end
  return { 'ok' }
end

-- node that has handed it on already, id, text, all sources as JSON, then those of this partition.
function operations.flash(at, arguments)
  local node, id, text, all = unpack(arguments, 1, 4)
  local told = {}
  for index = 5, #arguments do
    for _, field in ipairs(redis.call('HKEYS', key .. 'source:' .. arguments[index])) do
      local follower = string.match(field, '^@(.*)$')
      if follower and follower ~= node then told[follower] = true end
    end
  end
  -- Not counted: nobody misses it.
  for follower in pairs(told) do
    redis.call(publish, key .. 'to:' .. follower, '- ' .. at .. '\nf ' .. id .. ' ' .. all .. '\n' .. text)
  end
  return { 'ok' }
end

-- source of the user, reason as JSON.
function operations.kick(at, arguments)
  local source, reason = unpack(arguments)
  local _, micros = clock()
  local former = last_kick(source)
  local marker = former ~= '' and math.max(tonumber(former) + 1, tonumber(micros)) or tonumber(micros)
  -- Twice the window: a session is claimed in the window that begins with the end of its node's lease.
  redis.call('SET', key .. 'kick:' .. source, whole(marker) .. ' ' .. reason, 'PX', whole(window * 2))
  for _, field in ipairs(redis.call('HKEYS', key .. 'source:' .. source)) do
    local node = string.match(field, '^@(.*)$')
    if node then push(node, 'k ' .. whole(marker) .. ' ' .. cjson.encode(source) .. '\n' .. reason, at) end
  end
  return { 'ok' }
end

-- source. Answers when its user was kicked last, '' for never.
function operations.kicked(_, arguments)
  return { 'ok', (last_kick(arguments[1])) }
end
