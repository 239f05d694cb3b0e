package check

import (
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kubernetes/pkg/apis/networking"
	networkingvalidation "k8s.io/kubernetes/pkg/apis/networking/validation"
)

var ingressStrategy = strategy[networking.Ingress]{
	prepare: func(obj, old *networking.Ingress) {
		obj.Status = networking.IngressStatus{}
		if old != nil {
			obj.Status = old.Status
		}
	},
	validate: func(obj, old *networking.Ingress) field.ErrorList {
		if old == nil {
			return networkingvalidation.ValidateIngressCreate(obj)
		}
		return networkingvalidation.ValidateIngressUpdate(obj, old)
	},
	warn: func(obj, old *networking.Ingress) []string {
		if _, set := obj.Annotations["kubernetes.io/ingress.class"]; old != nil || !set || obj.Spec.IngressClassName != nil {
			return nil
		}
		return []string{"metadata.annotations: annotation \"kubernetes.io/ingress.class\" is deprecated, please use 'spec.ingressClassName' instead"}
	},
}
