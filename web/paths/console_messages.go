package paths

// Patterns of the console's pages of a user pool's messages: texts, sender, outbox.
const (
	ConsoleMessages        = ConsolePool + "/messages"
	ConsoleMessagesSection = ConsolePool + "/messages/settings/:section"

	ConsoleMessageTemplate = ConsolePool + "/messages/templates/:section"
	ConsoleMessagePreview  = ConsolePool + "/messages/templates/:section/preview"
	ConsoleMessageTest     = ConsolePool + "/messages/templates/:section/test"

	ConsoleOutbox        = ConsolePool + "/messages/outbox"
	ConsoleOutboxMessage = ConsolePool + "/messages/outbox/:message"
	ConsoleOutboxRetry   = ConsolePool + "/messages/outbox/:message/retry"
)
