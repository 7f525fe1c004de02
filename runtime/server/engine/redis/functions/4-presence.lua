-- Who is present in a source. A seat is kept as JSON: [order, node, owner, user, info, farewell], the farewell as a text or ''.

local function depart(source, session, at, limits, messages)
  local seated, users = key .. 'seated:' .. source, key .. 'users:' .. source
  local seat = redis.call('HGET', seated, session)
  if not seat then return end
  local _, node, _, user, _, farewell = unpack(cjson.decode(seat))
  redis.call('HDEL', seated, session)
  redis.call('SREM', key .. 'seats:' .. node, session .. '\n' .. source)
  if redis.call('HINCRBY', users, user, -1) > 0 then return end
  redis.call('HDEL', users, user)
  if farewell ~= '' then add(source, at, farewell, limits, messages) end
end

-- node, entries, bytes, source, session, owner, user, info, farewell, greeting: texts, or ''.
function operations.enter(at, arguments)
  local node, entries, bytes, source, session, owner, user, info, farewell, greeting = unpack(arguments)
  if not is_known(node) then return { 'gone' } end
  local limits, messages = { entries = tonumber(entries), bytes = tonumber(bytes) }, {}
  local seated, users = key .. 'seated:' .. source, key .. 'users:' .. source
  local former = redis.call('HGET', seated, session)
  local order
  if former then
    local seat = cjson.decode(former)
    if tonumber(seat[3]) > tonumber(owner) then return { 'ok' } end
    if seat[4] == user then
      order = seat[1]
      redis.call('SREM', key .. 'seats:' .. seat[2], session .. '\n' .. source)
    else depart(source, session, at, limits, messages) end
  end
  local is_first = redis.call('HEXISTS', users, user) == 0
  if not order then
    order = whole(redis.call('HINCRBY', key .. 'epoch', 'order', 1))
    redis.call('HINCRBY', users, user, 1)
  end
  redis.call('HSET', seated, session, cjson.encode({ order, node, owner, user, info, farewell }))
  redis.call('SADD', key .. 'seats:' .. node, session .. '\n' .. source)
  if is_first and greeting ~= '' then add(source, at, greeting, limits, messages) end
  push_all(messages, at)
  return { 'ok' }
end

-- entries, bytes, source, session, owner. Nothing where a later owner has entered since.
function operations.depart(at, arguments)
  local entries, bytes, source, session, owner = unpack(arguments)
  local seat = redis.call('HGET', key .. 'seated:' .. source, session)
  if not seat or tonumber(cjson.decode(seat)[3]) > tonumber(owner) then return { 'ok' } end
  local messages = {}
  depart(source, session, at, { entries = tonumber(entries), bytes = tonumber(bytes) }, messages)
  push_all(messages, at)
  return { 'ok' }
end

-- source. Answers each session and its seat.
function operations.members(_, arguments)
  return { 'ok', redis.call('HGETALL', key .. 'seated:' .. arguments[1]) }
end
