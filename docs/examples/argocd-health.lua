-- The health of a ChatCluster for Argo CD; docs/operations.md says where it goes.
local progressing = {CreatingTopic = true, Starting = true, Rescaling = true, RollingOut = true, Deleting = true}
local health = {status = "Progressing", message = "the operator has not looked at the last edit yet"}
if obj.status == nil or obj.status.observedGeneration ~= obj.metadata.generation then
  return health
end
for _, condition in ipairs(obj.status.conditions or {}) do
  if condition.type == "Ready" then
    health.message = condition.reason .. ": " .. condition.message
    if condition.status == "True" then
      health.status = "Healthy"
    elseif condition.reason == "Paused" then
      health.status = "Suspended"
    elseif not progressing[condition.reason] then
      health.status = "Degraded"
    end
  end
end
return health
