/** Real charts: `from` is owner/repository/path; dependencies are put in place from other repositories. */
export const charts = [
  { from: 'kubernetes/ingress-nginx/charts/ingress-nginx' },
  { from: 'cert-manager/cert-manager/deploy/charts/cert-manager', values: { crds: { enabled: true } } },
  { from: 'argoproj/argo-helm/charts/argo-cd', dependencies: ['DandyDeveloper/charts/charts/redis-ha'] },
  {
    from: 'argoproj/argo-helm/charts/argo-cd',
    dependencies: ['DandyDeveloper/charts/charts/redis-ha'],
    values: {
      'redis-ha': { enabled: true },
      controller: { replicas: 2 },
      server: { ingress: { enabled: true } },
    },
  },
  { from: 'argoproj/argo-helm/charts/argo-workflows' },
  {
    from: 'prometheus-community/helm-charts/charts/kube-prometheus-stack',
    dependencies: [
      'prometheus-community/helm-charts/charts/kube-state-metrics',
      'prometheus-community/helm-charts/charts/prometheus-node-exporter',
      'prometheus-community/helm-charts/charts/prometheus-windows-exporter',
      'grafana-community/helm-charts/charts/grafana',
    ],
    values: { grafana: { adminPassword: 'fixed' } },
  },
  {
    from: 'prometheus-community/helm-charts/charts/prometheus',
    dependencies: [
      'prometheus-community/helm-charts/charts/alertmanager',
      'prometheus-community/helm-charts/charts/kube-state-metrics',
      'prometheus-community/helm-charts/charts/prometheus-node-exporter',
      'prometheus-community/helm-charts/charts/prometheus-pushgateway',
    ],
  },
  {
    from: 'bitnami/charts/bitnami/postgresql',
    dependencies: ['bitnami/charts/bitnami/common'],
    values: { auth: { postgresPassword: 'fixed' }, architecture: 'replication', metrics: { enabled: true } },
  },
  {
    from: 'bitnami/charts/bitnami/redis',
    dependencies: ['bitnami/charts/bitnami/common'],
    values: { auth: { password: 'fixed' }, sentinel: { enabled: true } },
  },
  { from: 'bitnami/charts/bitnami/nginx', dependencies: ['bitnami/charts/bitnami/common'] },
  {
    from: 'stefanprodan/podinfo/charts/podinfo',
    values: { hpa: { enabled: true }, ingress: { enabled: true } },
  },
  { from: 'aws/eks-charts/stable/aws-load-balancer-controller', values: { clusterName: 'c' } },
  { from: 'aws/eks-charts/stable/aws-vpc-cni' },
  { from: 'DandyDeveloper/charts/charts/redis-ha' },
];
