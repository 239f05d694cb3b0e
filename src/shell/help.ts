/** What `--help` prints. */
export const help = `Reviews what a change of manifests, Helm charts and Kustomize overlays will do to running pods.

  pod-lifecycle-review review [--repo DIR] [--base REV] [--head REV | --worktree] [PATH…]
  pod-lifecycle-review review --base-dir DIR --head-dir DIR
  pod-lifecycle-review audit  [--repo DIR] [--rev REV] [PATH…]
  pod-lifecycle-review render UNIT [--repo DIR] [--rev REV] [--values FILE]… [--release NAME] [--namespace NS]
                              [--kube-version V] [--include-crds] [--trace] [--lenient]
  pod-lifecycle-review validate FILE… [--old FILE] [--kube-version V]
  pod-lifecycle-review explain [RULE]

  review     judges base against head and says what the change introduces, worsens and fixes
  audit      judges every workload of one revision
  render     prints a chart as \`helm template\` does, or a kustomization as \`kustomize build\` does; --trace adds
             the source of each line; --lenient goes on where Helm gives up, with {{ ? }} for what is
             not known
  validate   prints Kubernetes' own answer to these objects, as a create or, with --old, an update
  explain    prints the page of a rule, or the list of rules

Options
  --config FILE         configuration file (default: .github/pod-lifecycle-review.yml of the reviewed revision)
  --format FORMAT       text, markdown or json; FORMAT=FILE writes a file; may be repeated
  --profile NAME        recommended (default), eks-production or minimal
  --fail-on LEVEL       error (default), warning or never
  --only RULE,…         run these rules alone
  --scope changed|all   all judges every workload, not only what changed
  --charts-dir DIR      folder of charts (.tgz or unpacked) for dependencies that the repository lacks
  --show-settings       print the effective settings and where each came from
  --timings             put milliseconds into the report
  --quiet               no progress on stderr
  --no-color            no colours
  --version, --help

Revisions are read from git objects: no checkout is needed and bare repositories work. Without --base it is the
merge base with the default branch.

Exit codes: 0 clean, 1 findings at or above --fail-on, 2 usage or configuration, 3 could not analyse.
`;
