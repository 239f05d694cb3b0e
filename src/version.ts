/** Name and version of the program; a test ties them to package.json. */
export const tool = { name: 'pod-lifecycle-review', version: '0.1.0' } as const;
