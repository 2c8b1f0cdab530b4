package console

import (
	"strconv"
	"time"

	pages "gatehouse/templates/console"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// part is a section of the settings of a T that is saved alone: how they stand, and how they are saved.
type part[T any] struct {
	id, title, about string
	fields           func(T) []pages.Setting
	save             func(T, formValues) error
}

// formValues are the settings of a form by name.
type formValues map[string]pages.Setting

func (x formValues) text(name string) string  { return x[name].Value() }
func (x formValues) yes(name string) bool     { return x[name].Value() != "" }
func (x formValues) all(name string) []string { return x[name].Values }

// number is one that was checked to be a number when the form was read.
func (x formValues) number(name string) int32 {
	n, _ := strconv.ParseInt(x.text(name), 10, 32)
	return int32(n)
}

// sections shows all parts of a thing as they stand. seen is when the thing was changed last: a form that comes
// back with another moment is about what is no longer there.
func sections[T any](v *visit, parts []part[T], x T, seen time.Time, action func(id string) string) (out []pages.Section) {
	for _, p := range parts {
		out = append(out, pages.Section{
			Form: v.form(action(p.id), nil, ui.Param{Name: "seen", Value: stamp(seen)}),
			ID:   p.id, Title: p.title, About: p.about, Settings: p.fields(x), Reload: v.sectionsAt(p.id),
		})
	}
	return out
}

func stamp(at time.Time) string { return strconv.FormatInt(at.UnixMilli(), 10) }

// saveSection saves the part that the path names. With nil sections it is done; otherwise they say what is in the way:
// values that are none, an operation that refuses, somebody who saved other values since the form was shown.
func saveSection[T any](v *visit, parts []part[T], x T, seen time.Time, action func(id string) string) ([]pages.Section, error) {
	for i, p := range parts {
		if p.id != v.Param("section") {
			continue
		}
		all := sections(v, parts, x, seen, action)
		s := &all[i]
		theirs := s.Settings
		var mine formValues
		if mine, s.Settings, s.Problems = v.readSettings(theirs); s.Problems != nil {
			return all, nil
		}
		if v.posted("seen") != stamp(seen) {
			if same(theirs, s.Settings) {
				return nil, nil
			}
			s.Theirs = theirs
			return all, nil
		}
		err := p.save(x, mine)
		if err == nil {
			return nil, nil
		}
		var ok bool
		if s.Problems, ok = v.refused(err, ""); !ok {
			return nil, err
		}
		return all, nil
	}
	return nil, web.ErrNotFound
}

func same(a, b []pages.Setting) bool {
	for i := range a {
		if !a[i].Same(b[i]) {
			return false
		}
	}
	return true
}

// readSettings is a posted form in the shape of the settings that it is of.
func (v *visit) readSettings(shape []pages.Setting) (formValues, []pages.Setting, ui.Problems) {
	byName, problems := formValues{}, ui.Problems(nil)
	out := make([]pages.Setting, len(shape))
	for i, s := range shape {
		switch s.Kind {
		case pages.Lines:
			s.Values = v.lines(s.Name)
		case pages.Body:
			s.Values = v.text(s.Name)
		case pages.Many:
			if s.Values = v.chosen(s.Name); len(s.Values) == 0 && s.Missing != "" {
				problems = append(problems, ui.Problem{Field: s.Name, Text: s.Missing})
			}
		default:
			s.Values = nil
			if text := v.typed(s.Name); text != "" {
				s.Values = []string{text}
			}
		}
		if s.Kind == pages.Number {
			n, err := strconv.ParseInt(s.Value(), 10, 32)
			switch {
			case err != nil || n < 0:
				problems = append(problems, ui.Problem{Field: s.Name, Text: v.t.T("console.settings.number", "Label", s.Label)})
			case s.Max > 0 && (int(n) < s.Min || int(n) > s.Max):
				problems = append(problems, ui.Problem{Field: s.Name, Text: v.t.T("console.settings.range", "Label", s.Label, "Min", s.Min, "Max", s.Max)})
			}
		}
		out[i], byName[s.Name] = s, s
	}
	return byName, out, problems
}

// problemsOf are those of all sections, for the head of the page.
func problemsOf(all []pages.Section) (out ui.Problems) {
	for _, s := range all {
		out = append(out, s.Problems...)
	}
	return out
}

// sectionsAt is the page of the sections that the path is of, at one of them.
func (v *visit) sectionsAt(id string) string {
	if v.Param("user") != "" {
		return paths.Link(paths.ConsoleUser, v.Param("pool"), v.Param("user")) + "#" + id
	}
	if v.at != "" {
		return v.at + "#" + id
	}
	if v.Param("client") != "" {
		return paths.Link(paths.ConsoleClient, v.Param("pool"), v.Param("client")) + "#" + id
	}
	return paths.Link(paths.ConsoleSignInSettings, v.Param("pool")) + "#" + id
}
