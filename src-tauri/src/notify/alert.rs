//! What the server tells of by itself: phones that dropped, a call for help, a limit.

use pbx_api::{ClientId, LiveAlert};

use super::{say, spoken};
use crate::Desktop;
use crate::active::Active;
use crate::events::Event;

/// Tells the person, on the desktop or, where the window is in front, in it.
pub fn alert(desktop: &Desktop, active: &Active, alert: LiveAlert) {
    // Whoever acts as somebody else hears it from the account behind, which sees it too.
    if active.account().connected.is_some() || !is_wanted(desktop, &alert) {
        return;
    }
    let (title, body) = words(desktop, active, &alert);
    say(desktop, true, title, body);
    desktop.events.send(Event::Alert(alert));
}

fn is_wanted(desktop: &Desktop, alert: &LiveAlert) -> bool {
    let settings = desktop.settings.get();
    match alert {
        LiveAlert::PhonesDropped { .. } => settings.notify_phones_dropped,
        LiveAlert::EmergencyCall { .. } => settings.notify_emergency,
        LiveAlert::LimitReached { .. } => settings.notify_limit,
    }
}

fn words(desktop: &Desktop, active: &Active, alert: &LiveAlert) -> ([&'static str; 4], String) {
    match alert {
        LiveAlert::PhonesDropped {
            client,
            public_address: address,
            phones,
        } => {
            let title = [
                "Phones dropped",
                "Téléphones déconnectés",
                "Teléfonos desconectados",
                "Telefone ausgefallen",
            ];
            let lost = spoken(
                desktop,
                [
                    format!("{phones} phones at {address}"),
                    format!("{phones} téléphones à l’adresse {address}"),
                    format!("{phones} teléfonos en {address}"),
                    format!("{phones} Telefone an {address}"),
                ],
            );
            (title, format!("{}: {lost}", name(active, *client)))
        }
        LiveAlert::EmergencyCall {
            client,
            user,
            dialled,
            location,
            ..
        } => {
            let title = [
                "Emergency call",
                "Appel d’urgence",
                "Llamada de emergencia",
                "Notruf",
            ];
            let (_, users) = active.cache.directory();
            let user = users.into_iter().find(|one| Some(one.id) == *user);
            let user = user.map(|one| {
                let name = format!("{} {}", one.first_name, one.last_name);
                format!("{} ({})", name.trim(), one.extension)
            });
            let parts = [
                Some(name(active, *client)),
                user,
                Some(dialled.clone()),
                Some(location.clone()).filter(|place| !place.is_empty()),
            ];
            let parts: Vec<String> = parts.into_iter().flatten().collect();
            (title, parts.join(" · "))
        }
        LiveAlert::LimitReached {
            client,
            international,
            limit,
        } => {
            let title = [
                "Call limit reached",
                "Limite d’appels atteinte",
                "Límite de llamadas alcanzado",
                "Anruflimit erreicht",
            ];
            let calls = if *international {
                [
                    format!("{limit} international calls at once"),
                    format!("{limit} appels internationaux simultanés"),
                    format!("{limit} llamadas internacionales simultáneas"),
                    format!("{limit} Auslandsgespräche gleichzeitig"),
                ]
            } else {
                [
                    format!("{limit} outbound calls at once"),
                    format!("{limit} appels sortants simultanés"),
                    format!("{limit} llamadas salientes simultáneas"),
                    format!("{limit} ausgehende Anrufe gleichzeitig"),
                ]
            };
            let calls = spoken(desktop, calls);
            (title, format!("{}: {calls}", name(active, *client)))
        }
    }
}

/// The client's name; a client that is not here yet has none.
fn name(active: &Active, client: ClientId) -> String {
    let mut clients = active.cache.clients().into_iter();
    let client = clients.find(|one| one.id == client);
    client.map_or_else(String::new, |client| client.name)
}
