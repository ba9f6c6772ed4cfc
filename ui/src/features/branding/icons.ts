import Book from "@lucide/svelte/icons/book-open";
import Card from "@lucide/svelte/icons/credit-card";
import Cart from "@lucide/svelte/icons/shopping-cart";
import Chat from "@lucide/svelte/icons/message-circle";
import File from "@lucide/svelte/icons/file-text";
import Globe from "@lucide/svelte/icons/globe";
import Help from "@lucide/svelte/icons/circle-question-mark";
import Link from "@lucide/svelte/icons/link";
import Mail from "@lucide/svelte/icons/mail";
import Phone from "@lucide/svelte/icons/phone";
import { m } from "../../paraglide/messages";

/** The pictures that a link can have, by their names on the wire. */
export const ICONS: Record<string, { picture: typeof Link; label: () => string }> = {
  link: { picture: Link, label: m.branding_icon_link },
  globe: { picture: Globe, label: m.branding_icon_globe },
  help: { picture: Help, label: m.branding_icon_help },
  book: { picture: Book, label: m.branding_icon_book },
  mail: { picture: Mail, label: m.branding_icon_mail },
  phone: { picture: Phone, label: m.branding_icon_phone },
  card: { picture: Card, label: m.branding_icon_card },
  cart: { picture: Cart, label: m.branding_icon_cart },
  chat: { picture: Chat, label: m.branding_icon_chat },
  file: { picture: File, label: m.branding_icon_file },
};

export const pictureOf = (icon: string): typeof Link => ICONS[icon]?.picture ?? Link;
