package care

import (
	"satchel/internal/fault"
	"satchel/internal/instrument"
	syncing "satchel/sync"
)

// SchemaVersion is the version of the document types. It grows when a client that knew the one before could misread them.
const SchemaVersion = 1

// Config is what the nouns need to know of the place that they serve.
type Config struct {
	Library *instrument.Library
	Region  string // "UK", "US": parameters of the rules, where the record's oncology team names no region
	Zone    string // IANA name, where the record's person has no home zone
	// Blind is the installation's keyed one-way function, for finding a person by a number; nil: nobody is found by one.
	Blind func(purpose string, value []byte) []byte
}

// Default is the library in the program, for the United Kingdom. An error means that the program was built with broken files.
func Default() (Config, error) {
	library, err := instrument.Embedded()
	if err != nil {
		return Config{}, fault.Wrap(err, fault.Internal, "care.Default", "The questionnaire is missing from this program.")
	}
	return Config{Library: library, Region: "UK", Zone: "Europe/London"}, nil
}

// Schema puts the nouns together. A Config without a library, or with a region that the current rules do not know, panics: it
// is a mistake in the program, found by the first test.
func Schema(cfg Config) *syncing.Schema {
	ward := newWard(cfg)
	return syncing.NewSchema(SchemaVersion, clocked(ward.counted(
		ward.personType(), ward.careTeamType(), clinicalContextType(), preferenceType(),
		ward.appointmentType(), ward.virtualServiceType(), ward.referralType(),
		ward.labOrderType(), collectionType(), ward.healthEventType(), noticeType(),
		ward.carePlanType(), ward.activityType(), goalType(),
		planVersionType(), decisionType(), correctionType(),
		ward.treatmentSummaryType(), ward.survivorshipPlanType(), summaryVersionType(), prognosisType(),
		ward.phaseTransitionType(), ward.measureType(), ward.regimenType(), ward.caseNoteType(),
		ward.dischargePlanType(), ward.rapidReaccessType(),
		followUpProtocolType(), ward.recurrenceReportType(),
		conditionType(), medicationType(),
		ward.assessmentType(), ward.concernType(), ward.triageType(), rerouteType(),
		ward.resultType(), ward.resultAckType(), ward.expectedFindingType(),
		ward.messageType(), ward.receiptType(), noteType(), ward.taskType(), emergencyType(),
		ward.assessmentRequestType(), reminderReplyType(), reminderClockType(), caregiverNoticeType(),
	))...)
}
