"""How mail programs and people write what is no news: heads of quotes, closings, notes of a telephone; by language.

Everything is written small, as it is compared. A new language is one more entry.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """The set phrases of one language.

    `leads` begin the line above a quote (“On 3 May Anna wrote:”), `days` are week days as programs shorten them, and
    may begin it too. `wrote` stands in it. `original` stands between dashes. The next four name the headers of a quoted
    mail. `sent_with` begins the line that a telephone adds, and `closings` are whole lines, but for a comma.
    """

    leads: tuple[str, ...]
    days: tuple[str, ...] = ()
    wrote: tuple[str, ...]
    original: tuple[str, ...]
    sender: tuple[str, ...]
    sent: tuple[str, ...]
    to: tuple[str, ...]
    subject: tuple[str, ...]
    sent_with: tuple[str, ...]
    closings: tuple[str, ...]


def listed(phrases: str) -> tuple[str, ...]:
    """Phrases with commas between them, each by itself: a long list of short ones is read more easily so."""
    return tuple(phrases.split(", "))


LANGUAGES = {
    "en": Language(
        leads=("on",),
        days=listed(
            "mon, tue, wed, thu, fri, sat, sun, monday, tuesday, wednesday, thursday, friday, saturday, sunday"
        ),
        wrote=("wrote",),
        original=("original message", "forwarded message", "begin forwarded message", "original appointment"),
        sender=("from",),
        sent=("sent", "date"),
        to=("to", "cc"),
        subject=("subject",),
        sent_with=("sent from", "sent via", "sent with", "get outlook for"),
        closings=listed(
            "regards, best regards, kind regards, warm regards, with kind regards, best wishes, sincerely, "
            "yours sincerely, yours faithfully, yours truly, cheers, all the best, best"
        ),
    ),
    "fr": Language(
        leads=("le",),
        days=("lun", "mar", "mer", "jeu", "ven", "sam", "dim"),
        wrote=("a écrit", "a ecrit"),
        original=("message d'origine", "message original", "message transféré", "début du message réexpédié"),
        sender=("de",),
        sent=("envoyé", "envoyé le", "date", "message du"),
        to=("à", "a", "pour", "cc", "copie à"),
        subject=("objet", "sujet"),
        sent_with=("envoyé de", "envoyé depuis", "envoyé à partir", "envoyé avec", "obtenir outlook pour"),
        closings=listed(
            "cordialement, bien cordialement, très cordialement, salutations, sincères salutations, "
            "meilleures salutations, bien à vous"
        ),
    ),
    "de": Language(
        leads=("am",),
        days=listed("mo, di, mi, do, fr, sa, so, montag, dienstag, mittwoch, donnerstag, freitag, samstag, sonntag"),
        wrote=("schrieb", "hat geschrieben"),
        original=listed(
            "ursprüngliche nachricht, original-nachricht, originalnachricht, urspr. nachricht, "
            "weitergeleitete nachricht, anfang der weitergeleiteten nachricht, ursprünglicher termin"
        ),
        sender=("von",),
        sent=("gesendet", "datum"),
        to=("an", "cc", "kopie"),
        subject=("betreff",),
        sent_with=listed("gesendet von, gesendet mit, gesendet über, von meinem, outlook für, holen sie sich outlook"),
        closings=listed(
            "mit freundlichen grüßen, mit freundlichen grüssen, mit freundlichen gruessen, mfg, mit freundlichem gruß, "
            "freundliche grüße, freundliche grüsse, viele grüße, beste grüße, herzliche grüße, schöne grüße, "
            "liebe grüße, grüße, gruß, mit besten grüßen, vg, lg"
        ),
    ),
    "it": Language(
        leads=("il", "in data"),
        days=("lun", "mar", "mer", "gio", "ven", "sab", "dom"),
        wrote=("ha scritto",),
        original=("messaggio originale", "messaggio inoltrato", "inizio messaggio inoltrato"),
        sender=("da",),
        sent=("inviato", "data"),
        to=("a", "cc"),
        subject=("oggetto",),
        sent_with=("inviato da", "inviato dal", "inviato con", "scarica outlook per", "ottieni outlook per"),
        closings=("cordiali saluti", "distinti saluti", "cordialmente", "saluti", "un cordiale saluto"),
    ),
    "pt": Language(
        leads=("em", "no dia"),
        days=("seg", "ter", "qua", "qui", "sex", "sáb", "dom"),
        wrote=("escreveu",),
        original=("mensagem original", "mensagem encaminhada", "mensagem reencaminhada"),
        sender=("de",),
        sent=("enviado", "enviada", "enviado em", "enviada em", "data"),
        to=("para", "cc"),
        subject=("assunto",),
        sent_with=("enviado do", "enviado a partir", "enviado de", "obter o outlook para", "obter outlook para"),
        closings=listed(
            "atenciosamente, cumprimentos, com os melhores cumprimentos, melhores cumprimentos, att, abraços, abraço"
        ),
    ),
    "es": Language(
        leads=("el",),
        days=("lun", "mar", "mié", "jue", "vie", "sáb", "dom"),
        wrote=("escribió", "escribio"),
        original=("mensaje original", "mensaje reenviado", "inicio del mensaje reenviado"),
        sender=("de",),
        sent=("enviado", "enviado el", "fecha"),
        to=("para", "cc"),
        subject=("asunto",),
        sent_with=("enviado desde", "obtener outlook para"),
        closings=("saludos", "un saludo", "saludos cordiales", "atentamente", "cordialmente", "un cordial saludo"),
    ),
    "nl": Language(
        leads=("op",),
        days=("ma", "di", "wo", "do", "vr", "za", "zo"),
        wrote=("schreef", "heeft geschreven", "het volgende geschreven"),
        original=("oorspronkelijk bericht", "origineel bericht", "doorgestuurd bericht", "begin doorgestuurd bericht"),
        sender=("van",),
        sent=("verzonden", "datum"),
        to=("aan", "cc"),
        subject=("onderwerp",),
        sent_with=("verzonden vanaf", "verzonden met", "verstuurd vanaf", "verstuurd met", "outlook voor"),
        closings=listed(
            "met vriendelijke groet, met vriendelijke groeten, vriendelijke groeten, hartelijke groeten, groeten, "
            "groet, mvg"
        ),
    ),
    "pl": Language(
        leads=("w dniu", "dnia"),
        days=("pon", "wt", "śr", "czw", "pt", "sob", "niedz"),
        wrote=("napisał", "napisała", "napisał(a)", "pisze"),
        original=("wiadomość oryginalna", "oryginalna wiadomość", "treść przekazanej wiadomości"),
        sender=("od",),
        sent=("wysłano", "wysłane", "data"),
        to=("do", "dw"),
        subject=("temat",),
        sent_with=("wysłano z", "wysłane z", "pobierz aplikację outlook"),
        closings=("pozdrawiam", "z poważaniem", "z wyrazami szacunku", "pozdrowienia"),
    ),
    "fi": Language(
        leads=(),
        days=("ma", "ti", "ke", "to", "pe", "la", "su"),
        wrote=("kirjoitti",),
        original=("alkuperäinen viesti", "välitetty viesti"),
        sender=("lähettäjä",),
        sent=("lähetetty", "päivämäärä"),
        to=("vastaanottaja", "kopio"),
        subject=("aihe",),
        sent_with=("lähetetty", "hanki outlook"),
        closings=("ystävällisin terveisin", "terveisin", "terv", "parhain terveisin", "yst. terv"),
    ),
    "da": Language(
        leads=("den",),
        days=("man", "tir", "ons", "tor", "fre", "lør", "søn"),
        wrote=("skrev",),
        original=("oprindelig besked", "oprindelig meddelelse", "videresendt besked", "videresendt meddelelse"),
        sender=("fra",),
        sent=("sendt", "dato"),
        to=("til", "cc"),
        subject=("emne",),
        sent_with=("sendt fra", "sendt via", "sendt med", "hent outlook til", "få outlook til"),
        closings=("med venlig hilsen", "venlig hilsen", "de bedste hilsner", "bedste hilsner", "hilsen", "mvh"),
    ),
    "no": Language(
        leads=("den", "på"),
        days=("man", "tir", "ons", "tor", "tors", "fre", "lør", "søn"),
        wrote=("skrev",),
        original=("opprinnelig melding", "videresendt melding"),
        sender=("fra",),
        sent=("sendt", "dato"),
        to=("til", "kopi"),
        subject=("emne",),
        sent_with=("sendt fra", "sendt med", "skaff deg outlook", "få outlook for"),
        closings=("med vennlig hilsen", "vennlig hilsen", "beste hilsen", "hilsen", "mvh"),
    ),
    "sv": Language(
        leads=("den",),
        days=("mån", "tis", "ons", "tors", "tor", "fre", "lör", "sön"),
        wrote=("skrev",),
        original=("ursprungligt meddelande", "originalmeddelande", "vidarebefordrat meddelande"),
        sender=("från",),
        sent=("skickat", "datum"),
        to=("till", "kopia"),
        subject=("ämne",),
        sent_with=("skickat från", "skickades från", "hämta outlook för"),
        closings=listed(
            "med vänlig hälsning, med vänliga hälsningar, vänliga hälsningar, vänlig hälsning, bästa hälsningar, "
            "hälsningar, mvh"
        ),
    ),
    "ru": Language(
        leads=(),
        days=listed("пн, вт, ср, чт, пт, сб, вс, понедельник, вторник, среда, четверг, пятница, суббота, воскресенье"),
        wrote=("написал", "написала", "написал(а)", "пишет"),
        original=("исходное сообщение", "пересылаемое сообщение", "пересланное сообщение"),
        sender=("от", "от кого"),
        sent=("отправлено", "дата"),
        to=("кому", "копия"),
        subject=("тема",),
        sent_with=("отправлено из", "отправлено с", "скачать outlook"),
        closings=("с уважением", "с наилучшими пожеланиями", "всего доброго"),
    ),
}

# What begins a paragraph that was forgotten above, and counts although it stands below the name.
POSTSCRIPTS: tuple[str, ...] = ("ps", "p.s", "nb", "n.b", "p.-s", "з.ы", "p.d", "pd")

# Who says one of these below their name says something: they stand in no name, no title and no address.
SPOKEN: tuple[str, ...] = listed("please, bitte, we, you, wir, nous, vous, wij, noi, nós, nosotros, vi, мы, вы")

# In a paragraph below the name: the lawyers' words, and no one's answer.
LAWYERS: tuple[str, ...] = listed(
    "confidential, vertraulich, confidentiel, riservat, confidencia, vertrouwelijk, poufn, luottamuksell, fortrolig, "
    "konfidentiell, конфиденциальн"
)
