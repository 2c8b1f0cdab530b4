package api

import (
	"fmt"
	"reflect"

	"gatehouse/internal/api/constraints"
)

// Registry holds the operations of every service. Fill it at start, then only read it.
type Registry struct {
	byName map[string]*Operation
	byIn   map[reflect.Type]*Operation
	order  []*Operation
	model  *constraints.Model
}

// NewRegistry is an empty one. It panics when the embedded service models cannot be read.
func NewRegistry() *Registry {
	m, err := constraints.Load()
	if err != nil {
		panic("api: " + err.Error())
	}
	return &Registry{byName: map[string]*Operation{}, byIn: map[reflect.Type]*Operation{}, model: m}
}

// Operations lists all, in the order of registration.
func (r *Registry) Operations() []*Operation { return r.order }

// Operation finds one by service and name; nil when it is not registered.
func (r *Registry) Operation(service, name string) *Operation { return r.byName[service+":"+name] }

func (r *Registry) add(o *Operation) {
	key := o.Service + ":" + o.Name
	switch {
	case o.Access.kind == noAccess:
		panic(fmt.Sprintf("api: %s declares no access", key))
	case r.byName[key] != nil:
		panic(fmt.Sprintf("api: %s is registered twice", key))
	case o.Access.in != nil && o.Access.in != o.In:
		panic(fmt.Sprintf("api: the access of %s reads %v", key, o.Access.in))
	case !o.Access.signed() && !unsigned[o.Service][o.Name]:
		panic(fmt.Sprintf("api: %s is one of AWS's signed operations", key))
	case o.Access.signed() && unsigned[o.Service][o.Name]:
		panic(fmt.Sprintf("api: SDKs do not sign %s", key))
	case (o.Access.kind == public || o.Access.kind == publicAsks || o.Access.kind == certificateAsks) && !publicOperations[key]:
		panic(fmt.Sprintf("api: %s is not on the list of public operations", key))
	case o.Effect == Read && sensitiveReads[key]:
		panic(fmt.Sprintf("api: %s shows secrets or people, and is audited", key))
	case (o.resource != nil || o.conditions != nil || o.also != nil) && !o.Access.signed():
		panic(fmt.Sprintf("api: %s is not signed, and no policy is asked about its resource", key))
	}
	limits, err := r.model.Compile(o.Service, o.Name, o.In)
	if err != nil {
		panic("api: " + err.Error())
	}
	o.limits = limits
	r.byName[key], r.byIn[o.In] = o, o
	r.order = append(r.order, o)
}
