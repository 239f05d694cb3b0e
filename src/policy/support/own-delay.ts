import { valueAt } from '../../manifest/field-path.ts';
import { type Container, containerField, type Workload } from '../../resources/workload.ts';

const delays = /delay|drain|grace|lame-?duck|shutdown|pre_?-?stop/i;

/** What of a container's environment, command and arguments may be a delay or a drain of the application's own. */
export function delaySettings(workload: Workload, container: Container): readonly string[] {
  return ['env', 'envFrom', 'command', 'args'].flatMap((name) => {
    const { value } = containerField(workload, container, name);
    const items = Array.isArray(value) ? value : [];
    return items
      .map((item) => (typeof item === 'string' ? item : JSON.stringify([valueAt(item, ['name']), item])))
      .filter((setting) => delays.test(setting));
  });
}
