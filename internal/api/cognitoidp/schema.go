package cognitoidp

import (
	"errors"
	"strconv"

	"gatehouse/internal/userpool"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// attributeRequests reads entries of a schema as callers ask for them.
func attributeRequests(in []types.SchemaAttributeType) ([]userpool.AttributeRequest, error) {
	var out []userpool.AttributeRequest
	for _, a := range in {
		r := userpool.AttributeRequest{
			Name: aws.ToString(a.Name), Type: string(a.AttributeDataType), Mutable: a.Mutable, Required: a.Required,
			DeveloperOnly: aws.ToBool(a.DeveloperOnlyAttribute),
		}
		if r.Name == "" {
			return nil, userpool.ErrInvalid.With("An attribute of the schema needs a name.")
		}
		if c := a.StringAttributeConstraints; c != nil {
			if err := errors.Join(length(r.Name, c.MinLength, &r.MinLength), length(r.Name, c.MaxLength, &r.MaxLength)); err != nil {
				return nil, err
			}
		}
		if c := a.NumberAttributeConstraints; c != nil {
			if err := errors.Join(number(r.Name, c.MinValue, &r.MinValue), number(r.Name, c.MaxValue, &r.MaxValue)); err != nil {
				return nil, err
			}
		}
		out = append(out, r)
	}
	return out, nil
}

// length and number read a constraint, which the API spells as text; one that was not given leaves to as it is.
func length(name string, s *string, to **int) error {
	var n *int64
	if err := number(name, s, &n); err != nil || n == nil {
		return err
	}
	if *n < 0 || *n > 2048 {
		return userpool.ErrInvalid.With("%s: String lengths are from 0 to 2048.", name)
	}
	*to = aws.Int(int(*n))
	return nil
}

func number(name string, s *string, to **int64) error {
	if s == nil || *s == "" {
		return nil
	}
	n, err := strconv.ParseInt(*s, 10, 64)
	if err != nil {
		return userpool.ErrInvalid.With("%s: The constraint %q is not a number.", name, *s)
	}
	*to = &n
	return nil
}

func schemaAttributes(schema []userpool.Attribute) []types.SchemaAttributeType {
	var out []types.SchemaAttributeType
	for _, a := range schema {
		x := types.SchemaAttributeType{
			Name: aws.String(a.Name), AttributeDataType: types.AttributeDataType(a.Type),
			DeveloperOnlyAttribute: aws.Bool(a.DeveloperOnly), Mutable: aws.Bool(a.Mutable), Required: aws.Bool(a.Required),
		}
		switch a.Type {
		case "String":
			x.StringAttributeConstraints = &types.StringAttributeConstraintsType{}
			if a.MinLength != nil {
				x.StringAttributeConstraints.MinLength = aws.String(strconv.Itoa(*a.MinLength))
			}
			if a.MaxLength != nil {
				x.StringAttributeConstraints.MaxLength = aws.String(strconv.Itoa(*a.MaxLength))
			}
		case "Number":
			x.NumberAttributeConstraints = &types.NumberAttributeConstraintsType{}
			if a.MinValue != nil {
				x.NumberAttributeConstraints.MinValue = aws.String(strconv.FormatInt(*a.MinValue, 10))
			}
			if a.MaxValue != nil {
				x.NumberAttributeConstraints.MaxValue = aws.String(strconv.FormatInt(*a.MaxValue, 10))
			}
		}
		out = append(out, x)
	}
	return out
}
