package policy

func (p *parser) principals(m member) *Principals {
	ps := &Principals{Not: m.name.Value == "NotPrincipal", At: m.at}
	if m.kind == jsonString {
		if ps.Everyone = m.text == "*"; !ps.Everyone {
			p.bad(m.at, "%s is \"*\" or an object such as {\"AWS\": \"arn:aws:iam::123456789012:user/ann\"}", m.name.Value)
		}
		return ps
	}
	if m.kind != jsonObject || len(m.members) == 0 {
		p.bad(m.at, "%s must be \"*\" or an object with AWS, Federated, Service or CanonicalUser", m.name.Value)
		return ps
	}
	for _, of := range m.members {
		list := p.strings(of.name.Value, of.value)
		switch of.name.Value {
		case "AWS":
			for _, t := range list {
				ps.Everyone = ps.Everyone || t.Value == "*"
			}
			ps.AWS = list
		case "Federated":
			ps.Federated = list
		case "Service":
			ps.Service = list
		case "CanonicalUser":
			ps.Canonical = list
		default:
			p.unknown(of.name, m.name.Value, "AWS", "Federated", "Service", "CanonicalUser")
		}
	}
	return ps
}

func (p *parser) conditions(v value) []Condition {
	if v.kind != jsonObject {
		p.bad(v.at, "Condition must be an object of operators")
		return nil
	}
	var list []Condition
	for _, op := range v.members {
		if op.kind != jsonObject {
			p.bad(op.at, "%s must be an object of condition keys with their values", op.name.Value)
			continue
		}
		for _, key := range op.members {
			list = append(list, Condition{Operator: op.name, Key: key.name, Values: p.values(key)})
		}
	}
	return list
}

// values reads a condition's: strings, or numbers and booleans as they are written, alone or in a list.
func (p *parser) values(key member) []Text {
	items := []value{key.value}
	if key.kind == jsonArray {
		items = key.items
	}
	list := make([]Text, 0, len(items))
	for _, v := range items {
		switch v.kind {
		case jsonString, jsonNumber, jsonBool:
			list = append(list, Text{v.text, v.at})
		default:
			p.bad(v.at, "a value of %s must be a string", key.name.Value)
		}
	}
	return list
}
