package check

import (
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/kubernetes/pkg/apis/apps"
	appsdefaults "k8s.io/kubernetes/pkg/apis/apps/v1"
	"k8s.io/kubernetes/pkg/apis/autoscaling"
	autoscalingdefaultsv1 "k8s.io/kubernetes/pkg/apis/autoscaling/v1"
	autoscalingdefaultsv2 "k8s.io/kubernetes/pkg/apis/autoscaling/v2"
	"k8s.io/kubernetes/pkg/apis/batch"
	batchdefaults "k8s.io/kubernetes/pkg/apis/batch/v1"
	"k8s.io/kubernetes/pkg/apis/core"
	coredefaults "k8s.io/kubernetes/pkg/apis/core/v1"
	"k8s.io/kubernetes/pkg/apis/networking"
	networkingdefaults "k8s.io/kubernetes/pkg/apis/networking/v1"
	"k8s.io/kubernetes/pkg/apis/policy"
	policydefaults "k8s.io/kubernetes/pkg/apis/policy/v1"
)

// Defaults and conversions are called by their generated names: a runtime.Scheme would keep every kind alive.
var kinds = map[schema.GroupVersionKind]manifestKind{
	corev1.SchemeGroupVersion.WithKind("Pod"): kindOf[corev1.Pod, core.Pod]{
		coredefaults.SetObjectDefaults_Pod, coredefaults.Convert_v1_Pod_To_core_Pod, podStrategy},
	corev1.SchemeGroupVersion.WithKind("PodTemplate"): kindOf[corev1.PodTemplate, core.PodTemplate]{
		coredefaults.SetObjectDefaults_PodTemplate, coredefaults.Convert_v1_PodTemplate_To_core_PodTemplate, podTemplateStrategy},
	corev1.SchemeGroupVersion.WithKind("ReplicationController"): kindOf[corev1.ReplicationController, core.ReplicationController]{
		coredefaults.SetObjectDefaults_ReplicationController, coredefaults.Convert_v1_ReplicationController_To_core_ReplicationController, replicationControllerStrategy},
	corev1.SchemeGroupVersion.WithKind("Service"): kindOf[corev1.Service, core.Service]{
		coredefaults.SetObjectDefaults_Service, coredefaults.Convert_v1_Service_To_core_Service, serviceStrategy},
	corev1.SchemeGroupVersion.WithKind("PersistentVolumeClaim"): kindOf[corev1.PersistentVolumeClaim, core.PersistentVolumeClaim]{
		coredefaults.SetObjectDefaults_PersistentVolumeClaim, coredefaults.Convert_v1_PersistentVolumeClaim_To_core_PersistentVolumeClaim, claimStrategy},
	appsv1.SchemeGroupVersion.WithKind("Deployment"): kindOf[appsv1.Deployment, apps.Deployment]{
		appsdefaults.SetObjectDefaults_Deployment, appsdefaults.Convert_v1_Deployment_To_apps_Deployment, deploymentStrategy},
	appsv1.SchemeGroupVersion.WithKind("StatefulSet"): kindOf[appsv1.StatefulSet, apps.StatefulSet]{
		appsdefaults.SetObjectDefaults_StatefulSet, appsdefaults.Convert_v1_StatefulSet_To_apps_StatefulSet, statefulSetStrategy},
	appsv1.SchemeGroupVersion.WithKind("DaemonSet"): kindOf[appsv1.DaemonSet, apps.DaemonSet]{
		appsdefaults.SetObjectDefaults_DaemonSet, appsdefaults.Convert_v1_DaemonSet_To_apps_DaemonSet, daemonSetStrategy},
	appsv1.SchemeGroupVersion.WithKind("ReplicaSet"): kindOf[appsv1.ReplicaSet, apps.ReplicaSet]{
		appsdefaults.SetObjectDefaults_ReplicaSet, appsdefaults.Convert_v1_ReplicaSet_To_apps_ReplicaSet, replicaSetStrategy},
	batchv1.SchemeGroupVersion.WithKind("Job"): kindOf[batchv1.Job, batch.Job]{
		batchdefaults.SetObjectDefaults_Job, batchdefaults.Convert_v1_Job_To_batch_Job, jobStrategy},
	batchv1.SchemeGroupVersion.WithKind("CronJob"): kindOf[batchv1.CronJob, batch.CronJob]{
		batchdefaults.SetObjectDefaults_CronJob, batchdefaults.Convert_v1_CronJob_To_batch_CronJob, cronJobStrategy},
	autoscalingv1.SchemeGroupVersion.WithKind("HorizontalPodAutoscaler"): kindOf[autoscalingv1.HorizontalPodAutoscaler, autoscaling.HorizontalPodAutoscaler]{
		autoscalingdefaultsv1.SetObjectDefaults_HorizontalPodAutoscaler, autoscalingdefaultsv1.Convert_v1_HorizontalPodAutoscaler_To_autoscaling_HorizontalPodAutoscaler, autoscalerStrategy},
	autoscalingv2.SchemeGroupVersion.WithKind("HorizontalPodAutoscaler"): kindOf[autoscalingv2.HorizontalPodAutoscaler, autoscaling.HorizontalPodAutoscaler]{
		autoscalingdefaultsv2.SetObjectDefaults_HorizontalPodAutoscaler, autoscalingdefaultsv2.Convert_v2_HorizontalPodAutoscaler_To_autoscaling_HorizontalPodAutoscaler, autoscalerStrategy},
	policyv1.SchemeGroupVersion.WithKind("PodDisruptionBudget"): kindOf[policyv1.PodDisruptionBudget, policy.PodDisruptionBudget]{
		noDefaults[policyv1.PodDisruptionBudget], policydefaults.Convert_v1_PodDisruptionBudget_To_policy_PodDisruptionBudget, budgetStrategy},
	networkingv1.SchemeGroupVersion.WithKind("Ingress"): kindOf[networkingv1.Ingress, networking.Ingress]{
		noDefaults[networkingv1.Ingress], networkingdefaults.Convert_v1_Ingress_To_networking_Ingress, ingressStrategy},
}

func noDefaults[Versioned any](*Versioned) {}
