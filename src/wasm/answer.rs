//! What the host and the app's functions answered, as events.

use super::imports::Host;
use super::value::{detail, host_error};
use crate::event::{Event, Flight};
use crate::opaque::Opaque;
use wasm_bindgen::JsValue;

/// What was asked. JavaScript hands it back unread together with the answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Asked {
    /// `wx.login`.
    Code,
    /// The exchange. Its replies have a way in of their own.
    Exchange,
    /// `wx.checkSession`.
    Key,
    /// `wx.getPrivacySetting`.
    PrivacySetting,
    /// `wx.requirePrivacyAuthorize`.
    PrivacyConsent,
    /// `wx.getSetting`: whether the one scope is allowed.
    Setting,
    /// `wx.authorize`.
    Scope,
    /// A prompt of the app's own.
    Prompt,
    /// The submission of a detail. Its replies have a way in of their own.
    Submit,
}

const ALL: [Asked; 9] = [
    Asked::Code,
    Asked::Exchange,
    Asked::Key,
    Asked::PrivacySetting,
    Asked::PrivacyConsent,
    Asked::Setting,
    Asked::Scope,
    Asked::Prompt,
    Asked::Submit,
];

impl Asked {
    /// What crosses the border.
    pub const fn number(self) -> u32 {
        self as u32
    }

    pub fn numbered(number: u32) -> Option<Self> {
        ALL.get(number as usize).copied()
    }
}

/// How it was answered, as `js/host.js` says it; anything else is a failure.
pub mod how {
    pub const SUCCEEDED: u32 = 1;
    /// The host has no such call; the value is the call's name.
    pub const LACKED: u32 = 2;
    /// A function of the app's own threw.
    pub const THREW: u32 = 3;
}

/// What happened.
pub fn event(host: &Host, asked: Asked, flight: Flight, how: u32, value: JsValue) -> Event {
    if how == how::LACKED {
        return Event::HostLacked { flight, name: host.said(&value).unwrap_or_default() };
    }
    if how == how::SUCCEEDED {
        match asked {
            Asked::Code => {
                return Event::CodeReceived { flight, code: value.is_truthy().then(|| Opaque::new(value)) };
            }
            Asked::Key => return Event::KeyChecked { flight, alive: true },
            Asked::PrivacySetting => {
                return Event::PrivacyRead { flight, asks: value.as_bool() == Some(true) };
            }
            Asked::Setting => return Event::SettingRead { flight, allowed: value.as_bool() },
            Asked::Scope | Asked::PrivacyConsent => return Event::Authorized { flight },
            Asked::Prompt => return Event::PromptAnswered { flight, detail: detail(host, value) },
            Asked::Exchange | Asked::Submit => {}
        }
    }
    let error = host_error(host, value);
    match asked {
        Asked::Code => Event::CodeFailed { flight, error },
        Asked::Exchange => Event::ReadSessionFailed { flight, error },
        Asked::Key => Event::KeyChecked { flight, alive: false },
        Asked::PrivacySetting | Asked::PrivacyConsent | Asked::Setting | Asked::Scope => {
            Event::HostRefused { flight, error }
        }
        Asked::Prompt => Event::PromptRefused { flight, error },
        Asked::Submit => Event::SubmitFailed { flight, error, threw: how == how::THREW },
    }
}
