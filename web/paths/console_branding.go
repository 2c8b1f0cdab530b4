package paths

// Patterns of the console's branding editor; ?client= names the app client whose own theme is edited.
const (
	ConsoleBranding         = ConsolePool + "/branding"
	ConsoleBrandingHistory  = ConsolePool + "/branding/history"
	ConsoleBrandingDelete   = ConsolePool + "/branding/delete"
	ConsoleBrandingContrast = ConsolePool + "/branding/contrast"
	// The pages as they would look, with the stylesheet of a theme in the query, whose pictures are at ../picture.
	ConsoleBrandingPreview = ConsolePool + "/branding/preview"
	ConsoleBrandingTheme   = ConsolePool + "/branding/theme/preview.css"
	ConsoleBrandingPicture = ConsolePool + "/branding/picture/:picture"
)
