/**
 * What the repository's own configuration might say, overruled on the command line: nothing of it may run a
 * program, call out or change what git prints. Aliases need no entry, git never lets them hide a command.
 */
export const settings = [
  'safe.directory=*',
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.pager=cat',
  'core.quotePath=false',
  'core.attributesFile=/dev/null',
  'core.alternateRefsCommand=true',
  'credential.helper=',
  'diff.suppressBlankEmpty=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'protocol.ext.allow=never',
].flatMap((setting) => ['-c', setting]);

/**
 * The caller's environment without git's own variables: inside a hook GIT_DIR and GIT_INDEX_FILE name another
 * repository. What a user sets to reach a server (certificates, an unusual installation) stays.
 */
export function environment(userConfig: boolean, more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^GIT_/i.test(name) || /^GIT_(SSL_|EXEC_PATH$)/i.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    ...(userConfig ? {} : { GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' }),
    LC_ALL: 'C',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_ASKPASS: '',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    ...more,
  };
}
