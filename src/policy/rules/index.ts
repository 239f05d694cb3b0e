import type { Rule } from '../rule.ts';
import { autoscalerNeedsRequests } from './autoscaling/autoscaler-needs-requests.ts';
import { autoscalerTargetMissing } from './autoscaling/autoscaler-target-missing.ts';
import { barePod } from './disruption/bare-pod.ts';
import { budgetBlocksDrain } from './disruption/budget-blocks-drain.ts';
import { budgetMissing } from './disruption/budget-missing.ts';
import { budgetRemoved } from './disruption/budget-removed.ts';
import { budgetSelectsNothing } from './disruption/budget-selects-nothing.ts';
import { budgetsOverlap } from './disruption/budgets-overlap.ts';
import { fieldUnknown } from './kubernetes/field-unknown.ts';
import { refusedByApiServer } from './kubernetes/refused-by-api-server.ts';
import { renderBroken } from './kubernetes/render-broken.ts';
import { updateRefused } from './kubernetes/update-refused.ts';
import { healthCheckKindUnknown } from './load-balancer/health-check-kind-unknown.ts';
import { readinessGateMissing } from './load-balancer/readiness-gate-missing.ts';
import { routeBackendMissing } from './load-balancer/route-backend-missing.ts';
import { servicePortUnresolved } from './load-balancer/service-port-unresolved.ts';
import { serviceSelectsNothing } from './load-balancer/service-selects-nothing.ts';
import { antiAffinityDeadlocksRollout } from './placement/anti-affinity-deadlocks-rollout.ts';
import { spreadRemoved } from './placement/spread-removed.ts';
import { spreadSelectorMismatch } from './placement/spread-selector-mismatch.ts';
import { fargateUnsupported } from './platform/fargate-unsupported.ts';
import { livenessDelaysInsteadOfStartup } from './probes/liveness-delays-instead-of-startup.ts';
import { livenessDependsOnOthers } from './probes/liveness-depends-on-others.ts';
import { livenessFiresBeforeReadiness } from './probes/liveness-fires-before-readiness.ts';
import { livenessTooAggressive } from './probes/liveness-too-aggressive.ts';
import { probePortUnresolved } from './probes/probe-port-unresolved.ts';
import { probeTimeoutExceedsPeriod } from './probes/probe-timeout-exceeds-period.ts';
import { readinessProbeMissing } from './probes/readiness-probe-missing.ts';
import { readinessProbeRemoved } from './probes/readiness-probe-removed.ts';
import { startupUnprotected } from './probes/startup-unprotected.ts';
import { heapExceedsMemory } from './resources/heap-exceeds-memory.ts';
import { apiVersionRemoved } from './rollout/api-version-removed.ts';
import { replicasFightAutoscaler } from './rollout/replicas-fight-autoscaler.ts';
import { rolloutLosesCapacity } from './rollout/rollout-loses-capacity.ts';
import { rolloutRecreate } from './rollout/rollout-recreate.ts';
import { selectorsCollide } from './rollout/selectors-collide.ts';
import { valueUnread } from './rollout/value-unread.ts';
import { workloadRemovedRouteStays } from './rollout/workload-removed-route-stays.ts';
import { appShutdownExceedsGracePeriod } from './shutdown/app-shutdown-exceeds-grace-period.ts';
import { deregistrationOutlivesPod } from './shutdown/deregistration-outlives-pod.ts';
import { gracePeriodReduced } from './shutdown/grace-period-reduced.ts';
import { gracePeriodTooShort } from './shutdown/grace-period-too-short.ts';
import { gracePeriodZero } from './shutdown/grace-period-zero.ts';
import { hookInvalid } from './shutdown/hook-invalid.ts';
import { preStopExceedsGracePeriod } from './shutdown/pre-stop-exceeds-grace-period.ts';
import { preStopMissing } from './shutdown/pre-stop-missing.ts';
import { preStopNeedsShell } from './shutdown/pre-stop-needs-shell.ts';
import { preStopRemoved } from './shutdown/pre-stop-removed.ts';

/** Every rule, in the order in which one object's findings are told. */
export const rules: readonly Rule[] = [
  renderBroken,
  refusedByApiServer,
  apiVersionRemoved,
  updateRefused,
  fieldUnknown,
  preStopExceedsGracePeriod,
  appShutdownExceedsGracePeriod,
  gracePeriodTooShort,
  gracePeriodZero,
  gracePeriodReduced,
  preStopRemoved,
  preStopNeedsShell,
  hookInvalid,
  preStopMissing,
  deregistrationOutlivesPod,
  readinessProbeRemoved,
  readinessProbeMissing,
  probePortUnresolved,
  startupUnprotected,
  livenessDelaysInsteadOfStartup,
  livenessDependsOnOthers,
  livenessFiresBeforeReadiness,
  livenessTooAggressive,
  probeTimeoutExceedsPeriod,
  budgetBlocksDrain,
  budgetRemoved,
  budgetSelectsNothing,
  budgetsOverlap,
  barePod,
  budgetMissing,
  serviceSelectsNothing,
  servicePortUnresolved,
  routeBackendMissing,
  workloadRemovedRouteStays,
  valueUnread,
  healthCheckKindUnknown,
  readinessGateMissing,
  rolloutLosesCapacity,
  rolloutRecreate,
  selectorsCollide,
  replicasFightAutoscaler,
  autoscalerTargetMissing,
  autoscalerNeedsRequests,
  spreadSelectorMismatch,
  spreadRemoved,
  antiAffinityDeadlocksRollout,
  heapExceedsMemory,
  fargateUnsupported,
];
