-- What all operations share: the names of keys, the time, the epoch, and how a node is told something.
--
-- One call works within one partition, whose keys share a hash tag: a cluster keeps them on one master. `key` is the
-- partition's name, such as `rocket:{7}:`, and everything else is named behind it. These are all keys that there are:
--
--   epoch            hash    run, epoch, count (of generations), order (of entering), beat (time of the last one)
--   nodes            sorted set   node -> when its lease ends, in ms; 0: it is gone, and being tidied up
--   pushed           hash    node -> how many messages were sent to it
--   follows:NODE     set     the sources that a node follows
--   owns:NODE        set     the sessions that a node owns
--   seats:NODE       set     who is present by way of a node, as SESSION LF SOURCE
--   source:SOURCE    hash    epoch, generation, head (number of the newest entry), bytes (of the log),
--                            @NODE -> it follows, #NODE -> number and place of what it appended last
--   log:SOURCE       list    the newest entries, oldest first
--   keyed:SOURCE     hash    key of an entry -> its number
--   kick:SOURCE      string  when the user whose source it is was kicked last, in microseconds, and the reason as JSON
--   seated:SOURCE    hash    session -> who is present
--   users:SOURCE     hash    user -> how many of its sessions are present
--   session:ID       hash    the record of a session
--   entries:ID       list    what of a session's own source may have to be sent again
--   results:ID       hash    call -> its final reply
--
-- and one channel a node, `to:NODE`.

local operations = {}

-- Set at the start of each call.
local key, publish, window, now

local function clock()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000), time[1] .. string.format('%06d', tonumber(time[2]))
end

-- Numbers beyond 1e14 would be written with an exponent.
local function whole(number)
  return string.format('%.0f', number)
end

local function fields(name)
  local flat = redis.call('HGETALL', name)
  local found = {}
  for index = 1, #flat, 2 do found[flat[index]] = flat[index + 1] end
  return found
end

-- An epoch lasts while this server has every write that it answered. Its replication id changes when it starts and when it is
-- promoted, which is when writes may be missing; where the keys are gone, the epoch is gone with them.
local function epoch()
  local run = string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)')
  local known = redis.call('HMGET', key .. 'epoch', 'run', 'epoch')
  if known[1] == run then return known[2] end
  local _, micros = clock()
  local begun = string.sub(redis.sha1hex(run .. micros .. key), 1, 10)
  redis.call('HSET', key .. 'epoch', 'run', run, 'epoch', begun)
  return begun
end

-- A node's lease has not ended.
local function is_alive(node)
  local lease = redis.call('ZSCORE', key .. 'nodes', node)
  return lease and tonumber(lease) > now
end

-- A node that is gone for the others has to come back before it is given anything to look after.
local function is_known(node)
  local lease = redis.call('ZSCORE', key .. 'nodes', node)
  return lease and tonumber(lease) > 0
end

-- Sends a message to a node. Messages are counted, so that it sees where one is missing.
local function push(node, text, at)
  local count = redis.call('HINCRBY', key .. 'pushed', node, 1)
  redis.call(publish, key .. 'to:' .. node, count .. ' ' .. at .. '\n' .. text)
end

-- Messages that gather while a call runs: one for each node.
local function gather(messages, node, text)
  local gathered = messages[node]
  if not gathered then
    gathered = {}
    messages[node] = gathered
  end
  gathered[#gathered + 1] = text
end

local function push_all(messages, at)
  for node, texts in pairs(messages) do push(node, table.concat(texts, '\n'), at) end
end
