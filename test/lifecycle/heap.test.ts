import { describe, expect, test } from 'vitest';
import { heapsOf } from '../../src/lifecycle/heap.ts';
import { podWith } from './support.ts';

type Env = Readonly<Record<string, string>>;

/** `setting[@variable] size[?]`, sizes in MiB or percent; `?` where it is not certain. */
function told(container: object, env: Env = {}): readonly string[] {
  const entries = Object.entries(env).map(([name, value]) => ({ name, value }));
  const pod = podWith({ env: entries, ...container });
  return heapsOf(pod.workload, pod.container).map(({ setting, variable, unit, size, certain }) => {
    const amount = unit === 'percent' ? `${size} %` : `${size / 2 ** 20}`;
    return `${setting}${variable === null ? '' : `@${variable}`} ${amount}${certain ? '' : '?'}`;
  });
}

const command = (line: string): object => ({ command: line.split(' ') });
const script = (text: string): object => ({ command: ['sh', '-c', text] });

describe('the Java virtual machine', () => {
  test.each<[string, object, Env, readonly string[]]>([
    ['the command line', command('java -Xms1g -Xmx2g -jar app.jar'), {}, ['-Xmx 2048']],
    ['upper case', command('java -Xmx2048M -jar app.jar'), {}, ['-Xmx 2048']],
    ['bytes', command('java -Xmx1073741824 -jar app.jar'), {}, ['-Xmx 1024']],
    ['kibibytes', command('java -Xmx1048576k -jar app.jar'), {}, ['-Xmx 1024']],
    ['the other name of it', command('java -XX:MaxHeapSize=1g -jar app.jar'), {}, ['-XX:MaxHeapSize 1024']],
    ['the last one wins', command('java -Xmx2g -XX:MaxHeapSize=1g -jar a.jar'), {}, ['-XX:MaxHeapSize 1024']],
    ['past -cp and its value', command('java -cp /app/* -Xmx1g com.acme.Main'), {}, ['-Xmx 1024']],
    ['the tool options', {}, { JAVA_TOOL_OPTIONS: '-Xmx1g' }, ['-Xmx@JAVA_TOOL_OPTIONS 1024']],
    [
      'the launcher options go before the tool options',
      {},
      { JDK_JAVA_OPTIONS: '-Xmx2g', JAVA_TOOL_OPTIONS: '-Xmx1g' },
      ['-Xmx@JDK_JAVA_OPTIONS 2048'],
    ],
    [
      'the command line goes before both',
      command('java -Xmx3g -jar app.jar'),
      { JDK_JAVA_OPTIONS: '-Xmx2g', JAVA_TOOL_OPTIONS: '-Xmx1g' },
      ['-Xmx 3072'],
    ],
    [
      '_JAVA_OPTIONS goes before everything',
      command('java -Xmx3g -jar app.jar'),
      { _JAVA_OPTIONS: '-Xmx1g' },
      ['-Xmx@_JAVA_OPTIONS 1024'],
    ],
    [
      'a size goes before a share',
      command('java -Xmx1g -XX:MaxRAMPercentage=80 -jar app.jar'),
      {},
      ['-Xmx 1024'],
    ],
    ['a share', command('java -XX:MaxRAMPercentage=75.0 -jar app.jar'), {}, ['-XX:MaxRAMPercentage 75 %']],
    ['a share of something else', command('java -XX:MaxRAM=4g -XX:MaxRAMPercentage=100 -jar a.jar'), {}, []],
    [
      'a share of the node',
      command('java -XX:-UseContainerSupport -XX:MaxRAMPercentage=100 -jar a.jar'),
      {},
      [],
    ],
    ['JAVA_OPTS, which only some images read', {}, { JAVA_OPTS: '-Xmx1g' }, ['-Xmx@JAVA_OPTS 1024?']],
    [
      'JAVA_OPTS, which Tomcat reads',
      { image: 'docker.io/library/tomcat:11' },
      { JAVA_OPTS: '-Xmx1g' },
      ['-Xmx@JAVA_OPTS 1024'],
    ],
    [
      "JAVA_OPTS, which Tomcat's script reads",
      { image: 'acme/shop:1', args: ['catalina.sh', 'run'] },
      { CATALINA_OPTS: '-Xmx1g' },
      ['-Xmx@CATALINA_OPTS 1024'],
    ],
    [
      'JAVA_OPTS, which the command reads',
      script('exec java $JAVA_OPTS -jar app.jar'),
      { JAVA_OPTS: '-Xms1g -Xmx1g' },
      ['-Xmx@JAVA_OPTS 1024'],
    ],
    [
      'JAVA_OPTS beside an option that surely counts',
      {},
      { JAVA_OPTS: '-Xmx4g', JAVA_TOOL_OPTIONS: '-Xmx1g' },
      ['-Xmx@JAVA_TOOL_OPTIONS 1024'],
    ],
    ["an image's arguments", { args: ['-Xmx1g', '-jar', 'app.jar'] }, {}, ['-Xmx 1024?']],
    ['what comes after it is not known', script('exec java -Xmx1g $MORE -jar app.jar'), {}, ['-Xmx 1024?']],
    ['an argument of the application', command('java -jar app.jar -Xmx1g'), {}, []],
    ['another program', command('acme -Xmx1g'), {}, []],
    ['a placeholder', {}, { JAVA_TOOL_OPTIONS: `-Xmx\${HEAP}` }, []],
    ['no size', command('java -Xmx2gb -jar app.jar'), {}, []],
    ['the initial heap', command('java -Xms2g -jar app.jar'), {}, []],
  ])('%s', (_, container, env, expected) => expect(told(container, env)).toEqual(expected));
});

describe('Node.js', () => {
  test.each<[string, object, Env, readonly string[]]>([
    ['the command line', command('node --max-old-space-size=1536 app.js'), {}, ['--max-old-space-size 1536']],
    ['underscores', command('node --max_old_space_size=1536 app.js'), {}, ['--max-old-space-size 1536']],
    [
      'the options of the environment',
      command('npm start'),
      { NODE_OPTIONS: '--require=dd-trace/init --max-old-space-size=1536' },
      ['--max-old-space-size@NODE_OPTIONS 1536'],
    ],
    [
      'the command line goes before them',
      command('node --max-old-space-size=512 app.js'),
      { NODE_OPTIONS: '--max-old-space-size=1536' },
      ['--max-old-space-size 512'],
    ],
    [
      "an image's arguments",
      { args: ['--max-old-space-size=512', 'app.js'] },
      {},
      ['--max-old-space-size 512?'],
    ],
    ['an argument of the script', command('node app.js --max-old-space-size=512'), {}, []],
    ['a share', command('node --max-old-space-size-percentage=90 app.js'), {}, []],
  ])('%s', (_, container, env, expected) => expect(told(container, env)).toEqual(expected));
});

describe('Go', () => {
  test.each<[string, readonly string[]]>([
    ['900MiB', ['GOMEMLIMIT 900']],
    ['1GiB', ['GOMEMLIMIT 1024']],
    ['1073741824', ['GOMEMLIMIT 1024']],
    ['1073741824B', ['GOMEMLIMIT 1024']],
    ['off', []],
    ['900Mi', []],
    ['1GB', []],
    ['1.5GiB', []],
  ])('GOMEMLIMIT=%s', (value, expected) => expect(told({}, { GOMEMLIMIT: value })).toEqual(expected));
});
