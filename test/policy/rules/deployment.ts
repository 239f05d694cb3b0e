/** A Deployment of one container, whose own lines begin at 17; `spec` stands before `containers` and moves them down. */
export const deployment = (container: string, name = 'web', spec = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
${spec}      containers:
        - name: ${name}
          image: web:1.2.3
${container}`;

/** One probe of that container; `numbers` stand after its handler. */
export const tcpProbe = (kind: string, ...numbers: readonly string[]): string =>
  [`${kind}:`, '  tcpSocket:', '    port: 8080', ...numbers.map((each) => `  ${each}`)]
    .map((line) => `          ${line}\n`)
    .join('');
