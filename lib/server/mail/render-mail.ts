import type { Mail } from "./queue-mail";

/** Sender details in the footer of every mail. */
type Sender = { productName: string; appUrl: string; supportEmail: string | null };

/**
 * Renders a mail as text and as HTML with the same words. User-supplied text is escaped, and the only link is under
 * APP_URL.
 */
export function renderMail(mail: Mail, sender: Sender): { text: string; html: string } {
  const link = mail.action && {
    label: mail.action.label,
    href: new URL(mail.action.path, sender.appUrl).href,
  };
  const footer = [
    `${sender.productName} · ${sender.appUrl}`,
    ...(sender.supportEmail ? [`Questions: ${sender.supportEmail}`] : []),
  ];
  const text = [
    ...mail.paragraphs,
    ...(link ? [`${link.label}:\n${link.href}`] : []),
    ["-- ", ...footer].join("\n"),
  ].join("\n\n");
  return { text: `${text}\n`, html: renderHtml(mail, link, footer, sender.productName) };
}

const ink = "#1d2430";
const muted = "#596273";
const line = "#dde1e7";
const font = "font-family:system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif";

/** Inline styles and tables, because mail programs support little else. */
function renderHtml(
  mail: Mail,
  link: { label: string; href: string } | undefined,
  footer: string[],
  productName: string,
): string {
  const paragraphs = mail.paragraphs.map(
    (paragraph) => `<p style="margin:0 0 16px;white-space:pre-line">${escapeHtml(paragraph)}</p>`,
  );
  const button = link && [
    `<p style="margin:24px 0"><a href="${escapeHtml(link.href)}" style="display:inline-block;padding:10px 18px;border-radius:6px;background:${ink};color:#ffffff;text-decoration:none;font-weight:600">${escapeHtml(link.label)}</a></p>`,
    `<p style="margin:0 0 16px;color:${muted};font-size:12px;line-height:18px;word-break:break-all">${escapeHtml(link.href)}</p>`,
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(mail.subject)}</title></head>
<body style="margin:0;background:#f7f8fa">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:32px 16px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:520px;${font};font-size:15px;line-height:23px;color:${ink}">
<tr><td style="padding:0 0 16px;font-weight:600">${escapeHtml(productName)}</td></tr>
<tr><td style="padding:28px 28px 12px;background:#ffffff;border:1px solid ${line};border-radius:10px">
<h1 style="margin:0 0 16px;font-size:19px;line-height:26px">${escapeHtml(mail.subject)}</h1>
${[...paragraphs, ...(button ?? [])].join("\n")}
</td></tr>
<tr><td style="padding:16px 4px;color:${muted};font-size:12px;line-height:18px">${footer.map(escapeHtml).join("<br>")}</td></tr>
</table></td></tr></table>
</body></html>
`;
}

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] as string);
}
