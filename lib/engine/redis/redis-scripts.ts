/**
 * The same rules as in prisma/migrations/…_shared_limits, for Redis. A value holds the grants of one limit, packed: {time, uses,
 * name} each, oldest first. It expires when its last grant no longer counts.
 */
const shared = `
local function clock(given)
  if given ~= '' then return tonumber(given) end
  local time = redis.call('TIME')
  return time[1] * 1000 + time[2] / 1000
end

-- The grants that still count. When the clock was set back, the grants move with it, so that they keep their age.
local function counting(key, now, counted)
  local raw = redis.call('GET', key)
  local grants = raw and cmsgpack.unpack(raw) or {}
  local back = math.max(0, (#grants > 0 and grants[#grants][1] or now) - now)
  local kept, sum = {}, 0
  for _, grant in ipairs(grants) do
    grant[1] = grant[1] - back
    if grant[1] > now - counted then
      kept[#kept + 1] = grant
      sum = sum + grant[2]
    end
  end
  return kept, sum
end

local function store(key, grants, counted)
  redis.call('SET', key, cmsgpack.pack(grants), 'PX', math.ceil(counted) + 1000)
end
`;

/** ARGV: counted ms, now or empty, instances; then for each key its limit, the uses wanted, and the name of the grant. */
export const takeScript = `${shared}
local counted, now, instances = tonumber(ARGV[1]), clock(ARGV[2]), tonumber(ARGV[3])
local rows, spent, room = {}, {}, true
for k, key in ipairs(KEYS) do
  rows[k], spent[k] = counting(key, now, counted)
  room = room and spent[k] < tonumber(ARGV[3 * k + 1])
end
local replies = {}
for k, key in ipairs(KEYS) do
  local limit, granted, grants = tonumber(ARGV[3 * k + 1]), 0, rows[k]
  if room then
    -- Grant an equal share of half of what is left, so that an idle instance blocks little; more only if requests wait for it.
    local left = limit - spent[k]
    granted = math.min(left, math.max(tonumber(ARGV[3 * k + 2]), math.min(math.ceil(left / (2 * instances)), math.ceil(limit / 16))))
    grants[#grants + 1] = {now, granted, ARGV[3 * k + 3]}
    store(key, grants, counted)
  end
  local total, next_ms = spent[k] + granted, 0
  local remaining = math.max(0, limit - total)
  for _, grant in ipairs(grants) do
    if total < limit then break end
    total = total - grant[2]
    next_ms = grant[1] + counted - now
  end
  local full_ms = #grants > 0 and grants[#grants][1] + counted - now or 0
  replies[k] = {granted, remaining, string.format('%.3f', next_ms), string.format('%.3f', full_ms)}
end
return replies`;

/** ARGV: the name of a grant and how much of it was used in total. Idempotent. */
export const giveBackScript = `
local raw = redis.call('GET', KEYS[1])
if not raw then return end
local grants = cmsgpack.unpack(raw)
for _, grant in ipairs(grants) do
  if grant[3] == ARGV[1] then grant[2] = math.min(grant[2], tonumber(ARGV[2])) end
end
redis.call('SET', KEYS[1], cmsgpack.pack(grants), 'KEEPTTL')`;

/** ARGV: counted ms, now or empty, the holder; then age and uses of each slot. They replace what the holder was granted. */
export const enterScript = `${shared}
local counted, now, holder = tonumber(ARGV[1]), clock(ARGV[2]), ARGV[3]
local grants = {}
for _, grant in ipairs((counting(KEYS[1], now, counted))) do
  if string.sub(grant[3], 1, #holder + 1) ~= holder .. ':' then grants[#grants + 1] = grant end
end
for n = 4, #ARGV, 2 do grants[#grants + 1] = {now - tonumber(ARGV[n]), tonumber(ARGV[n + 1]), holder .. ':0'} end
table.sort(grants, function(one, other) return one[1] < other[1] end)
store(KEYS[1], grants, counted)`;
