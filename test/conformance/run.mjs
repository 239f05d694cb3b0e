// npm run conformance [helm | kustomize] [-- name …]: both without an argument.
const [which, ...rest] = process.argv.slice(2);
const all = ['helm', 'kustomize'];
const wanted = all.includes(which) ? [which] : all;
process.argv.splice(2, process.argv.length, ...(all.includes(which) ? rest : process.argv.slice(2)));
for (const name of wanted) await import(`./${name}.mjs`);
