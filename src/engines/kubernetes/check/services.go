package check

import (
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/validation/field"
	serviceutil "k8s.io/kubernetes/pkg/api/service"
	"k8s.io/kubernetes/pkg/apis/core"
	corevalidation "k8s.io/kubernetes/pkg/apis/core/validation"
)

var serviceStrategy = strategy[core.Service]{
	stored: allocateClusterIP,
	prepare: func(obj, old *core.Service) {
		obj.Status = core.ServiceStatus{}
		if old != nil {
			obj.Status = old.Status
			keepAllocated(obj, old)
		}
		if obj.Spec.ClusterIP != "" && len(obj.Spec.ClusterIPs) == 0 {
			obj.Spec.ClusterIPs = []string{obj.Spec.ClusterIP}
		}
		if old != nil {
			dropTypeDependentFields(obj, old)
		}
	},
	validate: func(obj, old *core.Service) field.ErrorList {
		if old == nil {
			return corevalidation.ValidateServiceCreate(obj)
		}
		return corevalidation.ValidateServiceUpdate(obj, old)
	},
	warn: serviceutil.GetWarningsForService,
}

// allocateClusterIP: a stored Service has an address. Which one is known only by the next object, if that
// names one; it matters only when the next one wants none.
func allocateClusterIP(old, next *core.Service) {
	if old.Spec.Type == core.ServiceTypeExternalName || old.Spec.ClusterIP != "" || next.Spec.ClusterIP != core.ClusterIPNone {
		return
	}
	old.Spec.ClusterIP, old.Spec.ClusterIPs = "10.96.0.1", []string{"10.96.0.1"}
}

// keepAllocated lets a manifest leave out what the server allocated (patchAllocatedValues of the registry).
func keepAllocated(obj, old *core.Service) {
	if hasClusterIP(old) && hasClusterIP(obj) && obj.Spec.ClusterIP == "" && len(obj.Spec.ClusterIPs) == 0 {
		obj.Spec.ClusterIP, obj.Spec.ClusterIPs = old.Spec.ClusterIP, old.Spec.ClusterIPs
	}
	if allocatesNodePorts(old) && allocatesNodePorts(obj) {
		keepNodePorts(obj, old)
	}
	if hasHealthCheckPort(old) && hasHealthCheckPort(obj) && obj.Spec.HealthCheckNodePort == 0 {
		obj.Spec.HealthCheckNodePort = old.Spec.HealthCheckNodePort
	}
}

func keepNodePorts(obj, old *core.Service) {
	taken := nodePorts(obj)
	ofName := map[string]int32{}
	for _, port := range old.Spec.Ports {
		ofName[port.Name] = port.NodePort
	}
	for i := range obj.Spec.Ports {
		port := &obj.Spec.Ports[i]
		if former := ofName[port.Name]; port.NodePort == 0 && !taken.Has(former) {
			port.NodePort = former
		}
	}
}

// dropTypeDependentFields forgets what the former type needed and the new one does not, unless it was changed too.
func dropTypeDependentFields(obj, old *core.Service) {
	spec, before := &obj.Spec, &old.Spec
	if hasClusterIP(old) && !hasClusterIP(obj) {
		if spec.ClusterIP == before.ClusterIP && same(spec.ClusterIPs, before.ClusterIPs) {
			spec.ClusterIP, spec.ClusterIPs = "", nil
		}
		dropUnchanged(&spec.IPFamilies, before.IPFamilies)
		dropUnchanged(&spec.IPFamilyPolicy, before.IPFamilyPolicy)
	}
	if hasNodePorts(old) && !hasNodePorts(obj) && nodePorts(old).IsSuperset(nodePorts(obj)) {
		for i := range spec.Ports {
			spec.Ports[i].NodePort = 0
		}
	}
	if hasHealthCheckPort(old) && !hasHealthCheckPort(obj) {
		dropUnchanged(&spec.HealthCheckNodePort, before.HealthCheckNodePort)
	}
	if before.Type == core.ServiceTypeLoadBalancer && spec.Type != core.ServiceTypeLoadBalancer {
		dropUnchanged(&spec.AllocateLoadBalancerNodePorts, before.AllocateLoadBalancerNodePorts)
		dropUnchanged(&spec.LoadBalancerClass, before.LoadBalancerClass)
	}
	if serviceutil.ExternallyAccessible(old) && !serviceutil.ExternallyAccessible(obj) {
		dropUnchanged(&spec.ExternalTrafficPolicy, before.ExternalTrafficPolicy)
	}
}

func dropUnchanged[T any](value *T, before T) {
	if same(*value, before) {
		*value = *new(T)
	}
}

func hasClusterIP(service *core.Service) bool {
	return service.Spec.Type != core.ServiceTypeExternalName
}

func hasNodePorts(service *core.Service) bool {
	return service.Spec.Type == core.ServiceTypeNodePort || service.Spec.Type == core.ServiceTypeLoadBalancer
}

func allocatesNodePorts(service *core.Service) bool {
	declined := service.Spec.AllocateLoadBalancerNodePorts != nil && !*service.Spec.AllocateLoadBalancerNodePorts
	return hasNodePorts(service) && (service.Spec.Type == core.ServiceTypeNodePort || !declined)
}

func hasHealthCheckPort(service *core.Service) bool {
	return service.Spec.Type == core.ServiceTypeLoadBalancer && service.Spec.ExternalTrafficPolicy == core.ServiceExternalTrafficPolicyLocal
}

func nodePorts(service *core.Service) sets.Set[int32] {
	ports := sets.New[int32]()
	for _, port := range service.Spec.Ports {
		if port.NodePort != 0 {
			ports.Insert(port.NodePort)
		}
	}
	return ports
}
