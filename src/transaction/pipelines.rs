//! Defining pipelines.

use super::Transaction;
use crate::error::Result;
use crate::model::Kind;
use crate::schema::Pipeline;

impl Transaction<'_> {
    /// Defines a pipeline of a kind of record that goes through some, such as [`Kind::DEAL`], or puts other stages in the
    /// place of those that the pipeline of that key has. Records in a stage that is no longer there keep it until they
    /// move on. Stages that are archived come back; one that is there keeps its label.
    ///
    /// # Errors
    /// [`Definition`](crate::ErrorKind::Definition) with everything that is wrong with it; nothing changes then.
    ///
    /// ```
    /// use contactdb::{Database, Deal, Kind, Pipeline, Read};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// let gifts = Pipeline::new("gifts", "Major gifts").stage("asked", "Asked", 40).won("given", "Given");
    /// tx.define_pipeline(Kind::DEAL, gifts)?;
    /// let refused = tx.insert(&Deal::new("New library").pipeline("gifts").stage("proposal")).unwrap_err();
    /// assert_eq!(
    ///     refused.violations()[0].to_string(),
    ///     "stage: expected a stage of the pipeline gifts: asked, given (found \"proposal\")"
    /// );
    /// assert_eq!(tx.catalogue().pipelines(Kind::DEAL).count(), 2);
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub fn define_pipeline(&mut self, kind: Kind, pipeline: Pipeline) -> Result<()> {
        let mut new = self.new_definitions();
        new.pipeline(kind, pipeline)?;
        self.put_definitions(new)
    }
}
