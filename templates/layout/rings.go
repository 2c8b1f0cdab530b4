package layout

import "fmt"

type ring struct{ radius, opacity, dashes string }

// rings are the circles of the drawn panel, fading outwards, every third one dotted.
func rings() []ring {
	out := make([]ring, 13)
	for i := range out {
		out[i] = ring{fmt.Sprint(60 + i*52), fmt.Sprintf("%.3f", .5-float64(i)*.034), "none"}
		if i%3 == 1 {
			out[i].dashes = "2 9"
		}
	}
	return out
}
