//! The two languages that the tool speaks.

use std::env;

/// The language of titles, lessons and verdicts. Errors and `--help` are English.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Russian.
    Ru,
}

impl Lang {
    /// The language of the user's environment: Russian where its locale is, else English.
    pub fn from_env() -> Self {
        // The first that is set and not empty holds, as for every other program.
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .find_map(|name| env::var(name).ok().filter(|value| !value.is_empty()));
        Self::from_locale(&locale.unwrap_or_default())
    }

    fn from_locale(locale: &str) -> Self {
        match locale.split(['_', '.', '@']).next() {
            Some("ru") => Self::Ru,
            _ => Self::En,
        }
    }

    /// A number as the language writes it.
    pub fn decimal(self, number: String) -> String {
        self.pick(number.clone(), number.replace('.', ","))
    }

    /// One of two texts that say the same.
    pub fn pick<T>(self, en: T, ru: T) -> T {
        match self {
            Self::En => en,
            Self::Ru => ru,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locale_chooses() {
        for (locale, lang) in [
            ("ru_RU.UTF-8", Lang::Ru),
            ("ru", Lang::Ru),
            ("en_GB.UTF-8", Lang::En),
            ("rue_UA", Lang::En),
            ("C", Lang::En),
            ("", Lang::En),
        ] {
            assert_eq!(Lang::from_locale(locale), lang, "{locale}");
        }
    }
}
