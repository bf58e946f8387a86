//! What one run knows and says: environments, facts, findings, the report.

mod activation;
mod active_environment;
mod audit;
mod ci_cache;
mod cleanup;
mod command_list;
mod creation;
mod dependency_graph;
mod dependency_tree;
mod distribution;
mod environment;
mod explanation;
mod facts;
mod finding;
mod fingerprint;
mod fix_command;
mod fix_plan;
mod gate;
mod health;
mod history_fix;
mod hooks;
mod ignore_rule;
mod inspection;
mod installation;
mod interpreter;
mod listing;
mod lock;
mod locking;
mod looked_at;
mod notice;
mod outdated;
mod place_to_fix;
mod plan_basis;
mod plan_id;
mod plug_in_report;
mod program;
mod python_request;
mod renewal;
mod replacement;
mod report;
mod requested;
mod restoration;
mod selection;
mod settings_report;
mod sync;
mod tidying;
mod tool;
mod use_report;
mod vulnerabilities;

pub use activation::Activation;
pub use active_environment::ActiveEnvironment;
pub use audit::{
    AuditLogReport, AuditLogState, AuditStatistics, GroupedSums, LoggedAction, LoggedBreak, LoggedEvent,
    LoggedOperation, LoggedRemainder, OperationState, OperationSums,
};
pub use ci_cache::{CacheInput, CacheKey, CacheVerification};
pub use cleanup::{
    BackupScope, Cleanup, CleanupStep, ForeignPath, KeptItem, PlannedBackup, PlannedRemoval, RemovalTarget,
    RemovedItem, StayingBackup, WrittenPlan,
};
pub use command_list::{CommandList, CommandSource, ListedCommand};
pub use creation::{Attempt, Creation, CreationStep, EnvironmentOptions, InstallCommand, MadeEnvironment};
pub use dependency_graph::{DependencyGraph, EdgeState, GraphEdge, GraphPackage, PackageState};
pub use dependency_tree::{DependencyTree, RowMark, TreeForm, TreeRow};
pub use distribution::{
    DirectSource, Distribution, Installed, MetadataForm, SourceForm, Unreadable, UnreadableReason,
};
pub use environment::{
    Contents, Environment, EnvironmentKind, EnvironmentLink, Evidence, Extent, Measure, Part, Platform,
    REDIRECT_FILE_NAME, Shape, Skip, USUAL_ENVIRONMENT_NAMES, WritesPyvenvCfg,
};
pub use explanation::Explanation;
pub use facts::{DiskEnvironment, DiskLink, Facts, Protection, TrackedEnvironment, TrackedLink};
pub use finding::{Finding, Fix, Remedy, RuleGroup, RuleInfo, Severity};
pub use fix_command::{FixStep, Installer, InvocationDirectory, create_by_force};
pub use fix_plan::{FileDiff, FixPlan, FixResult, Kept, Untracked};
pub use gate::{Gate, GateTrigger, ReceivedPush};
pub use health::{Health, HealthStatus};
pub use history_fix::{HistoryChange, HistoryFix, NEW_BRANCH, SparedCommits, Untracking};
pub use hooks::{HookAction, HookAdvice, HookChange, HookInstallation, HookReport, HookState};
pub use ignore_rule::ignore_rule_for;
pub use inspection::{
    BrokenEditable, DamagedFile, DamagedPackage, FileDamage, ForeignEditable, Home, Inspection,
    InterpreterName, InterpreterState, InvalidRequest, PackageCheck, PackageDamage, ProjectFacts,
    PythonVersions, RecordedPath, Recreation, UnfinishedSign,
};
pub use installation::{InstallStep, Installation, PackageAction, PackageChange};
pub use interpreter::{Interpreter, InterpreterSource};
pub use listing::{
    GitStatus, ListedEnvironment, ListedLink, ListedRepository, Listing, MissingEnvironment, Unread,
};
pub use lock::{Derivation, DerivationChange, DerivedFile, Freshness};
pub use locking::{LockStep, LockedFile, Locking};
pub use looked_at::{ExaminedProject, LookedAt};
pub use notice::{AffectedEnvironment, DependencyNotice};
pub use outdated::{OutdatedList, OutdatedPackage};
pub use place_to_fix::PlaceToFix;
pub use plan_basis::PlanBasis;
pub use plan_id::{is_plan_id, plan_id};
pub use plug_in_report::{PlugInReport, PlugInState, PlugInStep, ReportedPlugIn};
pub use program::{
    ArgumentDescription, ArgumentValue, CommandDescription, CommandEffect, ProgramDescription,
    SettingDescription, SettingValue,
};
pub use python_request::{Overruled, PythonRequest, PythonRequests, PythonRequirement};
pub use renewal::Renewal;
pub use replacement::{RecordPaths, ReplacedEnvironment};
pub use report::{FailOn, Inspected, Outcome, Report, RepositoryLabel, Scope, Suppression};
pub use requested::{
    InstallInput, PackageSource, Place, Requested, RequestedBy, RequestedPackages, UnreadableRequirement,
    What,
};
pub use restoration::{
    ArchiveContent, EnvironmentRecipe, ExactInstallation, ExactPackage, RestorableEnvironment,
    RestorableList, Restoration, RestorationSource, RestoredPackage, UnavailablePackage, path_from,
};
pub use selection::{Selection, SelectionReason};
pub use settings_report::{SettingRow, SettingsReport};
pub use sync::{BrokenDependency, EnvironmentSync, Problem, ProblemKind, RequestedLine, Sync, SyncStatus};
pub use tidying::Tidying;
pub use tool::{
    ListedTool, ToolAction, ToolDetails, ToolListing, ToolRemoval, ToolReport, ToolRuns, ToolTrust,
    TrustListing, TrustedItem,
};
pub use use_report::UseReport;
pub use vulnerabilities::{KnownVulnerability, VulnerabilityReport};
