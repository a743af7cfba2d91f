//! A browser, as far as signing in needs one.

use http::StatusCode;

use super::{Answer, Call, TestApp};

/// A browser that keeps its cookies.
pub struct Browser<'a> {
    pub app: &'a TestApp,
    pub cookies: Vec<(String, String)>,
}

impl<'a> Browser<'a> {
    pub fn new(app: &'a TestApp) -> Self {
        Self { app, cookies: Vec::new() }
    }

    pub async fn get(&mut self, address: &str) -> Answer {
        self.send(Call::get(address)).await
    }

    pub async fn send(&mut self, mut call: Call) -> Answer {
        call.cookies.extend(self.cookies.clone());
        let answer = self.app.call(call).await;
        for name in ["sensible_session", "sensible_sign_in"] {
            if let Some(value) = answer.cookie(name) {
                self.cookies.retain(|(kept, _)| kept != name);
                if !value.is_empty() {
                    self.cookies.push((name.into(), value));
                }
            }
        }
        answer
    }

    /// Goes to Slack's page, picks somebody, and gives the address that Slack sends back to.
    pub async fn way_back(&mut self, person: &str, to: &str) -> String {
        let start = self.get(&app::paths::with_query(app::paths::SLACK_START, [("to", to)])).await;
        assert_eq!(start.status, StatusCode::SEE_OTHER, "{}", start.body);
        let back = self.app.slack.pick(start.location(), person).unwrap();
        back.strip_prefix(super::ORIGIN).unwrap().to_owned()
    }

    pub async fn sign_in(&mut self, person: &str) -> Answer {
        let back = self.way_back(person, "").await;
        self.get(&back).await
    }

    pub fn session(&self) -> Option<String> {
        self.cookies.iter().find(|(name, _)| name == "sensible_session").map(|(_, value)| value.clone())
    }

    pub async fn is_in(&mut self) -> bool {
        self.get(app::paths::INCIDENTS).await.status == StatusCode::OK
    }
}
