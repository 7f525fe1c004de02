-- Nodes: their leases, and what is left of one whose lease has ended.

-- node, lease in ms. The node is there, be it new or back. Answers how many messages it was sent.
function operations.register(_, arguments)
  local node, lease = unpack(arguments)
  redis.call('ZADD', key .. 'nodes', whole(now + tonumber(lease)), node)
  redis.call('HSET', key .. 'epoch', 'beat', whole(now))
  return { 'ok', tostring(redis.call('HGET', key .. 'pushed', node) or 0) }
end

-- node, lease in ms. Answers how many messages the node was sent, how many sources it is known to follow, and whose lease has ended.
function operations.beat(_, arguments)
  local node, lease = arguments[1], tonumber(arguments[2])
  local nodes = key .. 'nodes'
  local last = tonumber(redis.call('HGET', key .. 'epoch', 'beat') or now)
  redis.call('HSET', key .. 'epoch', 'beat', whole(now))
  -- When nobody could say that it lives, nobody is dead for it.
  if now - last > lease / 2 then
    for _, one in ipairs(redis.call('ZRANGEBYSCORE', nodes, 1, '+inf')) do redis.call('ZADD', nodes, whole(now + lease), one) end
  end
  if not is_alive(node) then return { 'gone' } end
  redis.call('ZADD', nodes, whole(now + lease), node)
  local answer = { 'ok', tostring(redis.call('HGET', key .. 'pushed', node) or 0), redis.call('SCARD', key .. 'follows:' .. node) }
  for _, one in ipairs(redis.call('ZRANGEBYSCORE', nodes, '-inf', whole(now))) do answer[#answer + 1] = one end
  return answer
end

-- node, entries, bytes, how much at once, 1 where it is the node itself that leaves: then who is present by way of it has until its lease
-- ends to come back by way of another. Answers `more` or `ok`.
function operations.bury(at, arguments)
  local node, entries, bytes, most, leaves = unpack(arguments)
  local nodes = key .. 'nodes'
  local lease = redis.call('ZSCORE', nodes, node)
  if not lease or (leaves ~= '1' and is_alive(node)) then return { 'ok' } end
  local left = tonumber(most)
  if leaves ~= '1' then
    redis.call('ZADD', nodes, 0, node)
    local limits, messages = { entries = tonumber(entries), bytes = tonumber(bytes) }, {}
    for _, seat in ipairs(redis.call('SPOP', key .. 'seats:' .. node, left)) do
      local session, source = string.match(seat, '^([^\n]*)\n(.*)$')
      depart(source, session, at, limits, messages)
      left = left - 1
    end
    push_all(messages, at)
  end
  if left > 0 then
    for _, source in ipairs(redis.call('SPOP', key .. 'follows:' .. node, left)) do
      unfollow(node, source)
      left = left - 1
    end
  end
  if left > 0 then
    for _, id in ipairs(redis.call('SPOP', key .. 'owns:' .. node, left)) do
      if redis.call('HGET', key .. 'session:' .. id, 'node') == node then
        redis.call('HSET', key .. 'session:' .. id, 'node', '')
        let_go(id)
      end
      left = left - 1
    end
  end
  if left == 0 then return { 'more' } end
  if leaves == '1' then return { 'ok' } end
  redis.call('ZREM', nodes, node)
  redis.call('HDEL', key .. 'pushed', node)
  return { 'ok' }
end
