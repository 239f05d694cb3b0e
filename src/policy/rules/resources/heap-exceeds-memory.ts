import { type Heap, heapsOf } from '../../../lifecycle/heap.ts';
import { isPlaceholder } from '../../../manifest/manifest.ts';
import { type Inventory, ofKind } from '../../../resources/inventory.ts';
import { type Memory, memoryOf } from '../../../resources/memory.ts';
import { readField } from '../../../resources/resource.ts';
import { type Container, runsUnknown, type Workload } from '../../../resources/workload.ts';
import { type Diagnostic, defineRule, type Evidence, type Subject } from '../../rule.ts';
import { heapMessages } from '../../support/heap-messages.ts';
import { memory } from '../../support/memory-words.ts';

/** Below about this, HotSpot takes -XX:MinRAMPercentage instead. */
const smallBytes = 256 * 1024 * 1024;

export const heapExceedsMemory = defineRule({
  id: 'heap-exceeds-memory',
  category: 'resources',
  about: 'workloads',
  title: 'A heap that the memory limit or request does not hold',
  messages: heapMessages,
  references: [
    {
      title: "Kubernetes: exceed a container's memory limit",
      url: 'https://kubernetes.io/docs/tasks/configure-pod-container/assign-memory-resource/#exceed-a-container-s-memory-limit',
    },
    { title: 'The java command', url: 'https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html' },
    {
      title: 'Node.js: --max-old-space-size',
      url: 'https://nodejs.org/api/cli.html#--max-old-space-sizesize-in-mib',
    },
    { title: 'Go: a guide to the garbage collector', url: 'https://go.dev/doc/gc-guide#Memory_limit' },
  ],
  badness: (data) => Number(data.overBytes ?? data.percent),
  *check({ workload, inventory }: Subject): Iterable<Diagnostic> {
    if (workload === null || isResized(inventory, workload)) return;
    for (const container of workload.containers) {
      if (runsUnknown(workload, container)) continue;
      for (const heap of heapsOf(workload, container)) {
        yield* heap.unit === 'percent'
          ? ofPercent(workload, container, heap)
          : ofBytes(workload, container, heap, inventory);
      }
    }
  },
});

function* ofPercent(workload: Workload, container: Container, heap: Heap): Iterable<Diagnostic> {
  const { size: percent, setting, variable, certain, path } = heap;
  const { resource } = workload;
  const found = { data: { container: container.name, setting, variable, percent }, at: { resource, path } };
  const limit = memoryOf(workload, container, 'limits');
  if (percent > 100 && certain) yield { messageId: 'percentRefused', ...found, container: container.name };
  if (percent !== 100 || typeof limit === 'string' || limit.bytes < smallBytes) return;
  yield {
    messageId: 'percent',
    ...found,
    container: container.name,
    evidence: [evidenceOf(workload, limit, 'limits')],
  };
}

function* ofBytes(
  workload: Workload,
  container: Container,
  heap: Heap,
  inventory: Inventory,
): Iterable<Diagnostic> {
  const limit = memoryOf(workload, container, 'limits');
  const of = limit === 'absent' ? 'requests' : 'limits';
  // Go's limit is no heap that grows to it, and a LimitRange may give the container a limit.
  if (of === 'requests' && (heap.runtime === 'go' || ofKind(inventory, '', 'LimitRange').length > 0)) return;
  const held = of === 'limits' ? limit : memoryOf(workload, container, 'requests');
  if (typeof held === 'string' || heap.size < held.bytes) return;
  const { runtime, setting, variable, size: heapBytes, path } = heap;
  yield {
    messageId: of === 'requests' ? 'request' : messageOf(heap),
    data: {
      container: container.name,
      ...{ runtime, setting, variable, heapBytes },
      memoryBytes: held.bytes,
      field: fieldOf(held, of),
      overBytes: heapBytes - held.bytes,
    },
    at: { resource: workload.resource, path },
    container: container.name,
    evidence: [evidenceOf(workload, held, of)],
  };
}

function messageOf({ runtime, certain }: Heap): 'soft' | 'exceeds' | 'likely' {
  if (runtime === 'go') return 'soft';
  return certain ? 'exceeds' : 'likely';
}

function fieldOf({ shared }: Memory, of: 'limits' | 'requests'): string {
  return `${shared ? 'spec.' : ''}resources.${of}.memory`;
}

function evidenceOf({ resource }: Workload, held: Memory, of: 'limits' | 'requests'): Evidence {
  const whole = held.shared ? ', for the whole pod' : '';
  return {
    text: `${fieldOf(held, of)}: ${memory(held.bytes)}${whole}`,
    at: { resource, path: held.path },
  };
}

/** Whether a VerticalPodAutoscaler may give the pods other requests and limits than are written. */
function isResized(inventory: Inventory, { resource }: Workload): boolean {
  if (!inventory.complete) return true;
  return ofKind(inventory, 'autoscaling.k8s.io', 'VerticalPodAutoscaler').some((autoscaler) => {
    const name = readField(autoscaler, ['spec', 'targetRef', 'name']);
    const mode = readField(autoscaler, ['spec', 'updatePolicy', 'updateMode']).value;
    return (
      mode !== 'Off' &&
      (name.from === 'unknown' || name.value === resource.ref.name || isPlaceholder(resource.ref.name))
    );
  });
}
