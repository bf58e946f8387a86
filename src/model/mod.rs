//! What one run knows and says: environments, facts, findings, the report.

mod activation;
mod asked;
mod choice;
mod condition;
mod creation;
mod distribution;
mod environment;
mod explanation;
mod facts;
mod finding;
mod fix_plan;
mod gate;
mod health;
mod hooks;
mod interpreter;
mod listing;
mod report;
mod settings_report;
mod use_report;

pub use activation::Activation;
pub use asked::{Asked, AskedRequest, Requirement};
pub use choice::{Choice, ChoiceReason};
pub use condition::{
    Condition, ForeignEditable, Home, InterpreterName, InterpreterState, ProjectFacts, PythonVersions,
    RecordedPlace, UnfinishedSign,
};
pub use creation::{Attempt, Creation, CreationStep, MadeEnvironment};
pub use distribution::{DirectSource, Distribution, Installed, MetadataForm, Unreadable, UnreadableReason};
pub use environment::{
    Contents, Environment, EnvironmentKind, EnvironmentLink, Evidence, Extent, Measure, Part, Platform,
    Shape, Skip,
};
pub use explanation::Explanation;
pub use facts::{DiskEnvironment, DiskLink, Facts, Protection, TrackedEnvironment, TrackedLink};
pub use finding::{Finding, Fix, InvocationDirectory, Remedy, RuleInfo, Severity};
pub use fix_plan::{FileDiff, FixPlan, FixResult, Kept, Untracked};
pub use gate::{Gate, GateTrigger, HistoryFix};
pub use health::{Health, HealthStatus};
pub use hooks::{HookAction, HookChange, HookEvent, HookReport, HookState, HookWay};
pub use interpreter::{Interpreter, InterpreterSource};
pub use listing::{ListedEnvironment, ListedLink, ListedRepository, Listing, Standing, Unread};
pub use report::{FailOn, Inspected, Outcome, Report, RepositoryLabel, Scope, Suppression};
pub use settings_report::{SettingRow, SettingsReport};
pub use use_report::UseReport;
