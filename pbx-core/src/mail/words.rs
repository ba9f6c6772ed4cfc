//! What mails say, in the languages of the screens.

/// Subject and text.
pub type Words = (String, String);

/// The code of an invitation, for a new login to `place` under `realm`.
#[must_use]
pub fn invitation(language: &str, realm: &str, place: &str, code: &str) -> Words {
    let (subject, text) = match language {
        "fr" => (
            "Votre accès à Tandem",
            "Un accès à {place} vous a été ouvert.\n\nDans Tandem, choisissez « J’ai un code » sur la page de connexion et collez ce code pour définir votre mot de passe :\n\n{code}\n\nDomaine : {realm}\nLe code est valable 7 jours et une seule fois.\n",
        ),
        "es" => (
            "Su acceso a Tandem",
            "Se le ha abierto un acceso a {place}.\n\nEn Tandem, elija «Tengo un código» en la página de inicio de sesión y pegue este código para fijar su contraseña:\n\n{code}\n\nDominio: {realm}\nEl código vale 7 días y una sola vez.\n",
        ),
        "de" => (
            "Ihr Zugang zu Tandem",
            "Für Sie wurde ein Zugang zu {place} eingerichtet.\n\nWählen Sie in Tandem auf der Anmeldeseite „Ich habe einen Code“ und fügen Sie diesen Code ein, um Ihr Passwort zu setzen:\n\n{code}\n\nRealm: {realm}\nDer Code gilt 7 Tage und ein einziges Mal.\n",
        ),
        _ => (
            "Your login to Tandem",
            "A login to {place} was made for you.\n\nIn Tandem, choose “I have a code” on the sign-in page and paste this code to set your password:\n\n{code}\n\nRealm: {realm}\nThe code is good for 7 days, once.\n",
        ),
    };
    let text = text
        .replace("{place}", place)
        .replace("{realm}", realm)
        .replace("{code}", code);
    (subject.to_owned(), text)
}

/// A code for each account that the email has, with what the account belongs to.
#[must_use]
pub fn forgotten(language: &str, realm: &str, codes: &[(String, String)]) -> Words {
    let (subject, text) = match language {
        "fr" => (
            "Un nouveau mot de passe pour Tandem",
            "Un nouveau mot de passe a été demandé pour cette adresse.\n\nDans Tandem, choisissez « J’ai un code » sur la page de connexion et collez le code :\n\n{codes}\n\nDomaine : {realm}\nUn code est valable 24 heures et une seule fois. Si vous n’avez rien demandé, il n’y a rien à faire : le mot de passe actuel reste valable.\n",
        ),
        "es" => (
            "Una contraseña nueva para Tandem",
            "Se ha pedido una contraseña nueva para esta dirección.\n\nEn Tandem, elija «Tengo un código» en la página de inicio de sesión y pegue el código:\n\n{codes}\n\nDominio: {realm}\nUn código vale 24 horas y una sola vez. Si no ha pedido nada, no hay nada que hacer: la contraseña actual sigue valiendo.\n",
        ),
        "de" => (
            "Ein neues Passwort für Tandem",
            "Für diese Adresse wurde ein neues Passwort angefordert.\n\nWählen Sie in Tandem auf der Anmeldeseite „Ich habe einen Code“ und fügen Sie den Code ein:\n\n{codes}\n\nRealm: {realm}\nEin Code gilt 24 Stunden und ein einziges Mal. Haben Sie nichts angefordert, ist nichts zu tun: das bisherige Passwort gilt weiter.\n",
        ),
        _ => (
            "Another password for Tandem",
            "Another password was asked for at this address.\n\nIn Tandem, choose “I have a code” on the sign-in page and paste the code:\n\n{codes}\n\nRealm: {realm}\nA code is good for 24 hours, once. If you did not ask, there is nothing to do: the password stays as it is.\n",
        ),
    };
    let lines: String = codes
        .iter()
        .map(|(label, code)| format!("{label}\n{code}\n\n"))
        .collect();
    let text = text
        .replace("{realm}", realm)
        .replace("{codes}", lines.trim_end());
    (subject.to_owned(), text)
}

/// Somebody of a client dialled for help.
#[must_use]
pub fn emergency(
    language: &str,
    caller: &str,
    client: &str,
    dialled: &str,
    location: &str,
) -> Words {
    let (subject, text) = match language {
        "fr" => (
            "Appel d’urgence : {caller}",
            "{caller}, {client}, a composé le {dialled}.\n\nLieu indiqué : {location}\n",
        ),
        "es" => (
            "Llamada de emergencia: {caller}",
            "{caller}, {client}, ha marcado el {dialled}.\n\nLugar indicado: {location}\n",
        ),
        "de" => (
            "Notruf: {caller}",
            "{caller}, {client}, hat {dialled} gewählt.\n\nHinterlegter Ort: {location}\n",
        ),
        _ => (
            "Emergency call: {caller}",
            "{caller}, {client}, dialled {dialled}.\n\nLocation on file: {location}\n",
        ),
    };
    let filled = |text: &str| {
        let text = text
            .replace("{dialled}", dialled)
            .replace("{client}", client);
        text.replace("{caller}", caller)
            .replace("{location}", location)
    };
    (filled(subject), filled(text))
}
