import type { Rule } from '../rule.ts';
import { budgetBlocksDrain } from './disruption/budget-blocks-drain.ts';
import { budgetSelectsNothing } from './disruption/budget-selects-nothing.ts';
import { fieldUnknown } from './kubernetes/field-unknown.ts';
import { refusedByApiServer } from './kubernetes/refused-by-api-server.ts';
import { renderBroken } from './kubernetes/render-broken.ts';
import { updateRefused } from './kubernetes/update-refused.ts';
import { serviceSelectsNothing } from './load-balancer/service-selects-nothing.ts';
import { spreadSelectorMismatch } from './placement/spread-selector-mismatch.ts';
import { livenessFiresBeforeReadiness } from './probes/liveness-fires-before-readiness.ts';
import { probePortUnresolved } from './probes/probe-port-unresolved.ts';
import { readinessProbeRemoved } from './probes/readiness-probe-removed.ts';
import { preStopExceedsGracePeriod } from './shutdown/pre-stop-exceeds-grace-period.ts';
import { preStopRemoved } from './shutdown/pre-stop-removed.ts';

/** Every rule, in the order in which one object's findings are told. */
export const rules: readonly Rule[] = [
  renderBroken,
  refusedByApiServer,
  updateRefused,
  fieldUnknown,
  preStopExceedsGracePeriod,
  preStopRemoved,
  readinessProbeRemoved,
  probePortUnresolved,
  livenessFiresBeforeReadiness,
  budgetBlocksDrain,
  budgetSelectsNothing,
  serviceSelectsNothing,
  spreadSelectorMismatch,
];
