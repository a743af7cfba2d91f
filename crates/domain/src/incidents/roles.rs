//! Roles inside one incident.

codes! {
    /// What somebody is there for; one person each at a time. The lead has all of it until
    /// they split it.
    pub enum Role of "role" {
        /// Leads.
        Lead = "lead", "Lead";
        /// Does the technical work, when the lead splits the role.
        Operations = "operations", "Operations";
        /// Tells people, when the lead splits the role.
        Communications = "communications", "Communications";
    }
}
