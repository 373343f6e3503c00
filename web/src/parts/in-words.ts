const ENDINGS = /[ -](pdf|docx?|xlsx?|pptx?|csv|tsv|json|html?|eml|txt|md|xml|yaml|yml|zip|odt|ods|rtf)$/;

/** `read-minutes-2026-10-06-docx` as people read it: "Read minutes 2026-10-06.docx". */
export function inWords(name: string): string {
  const words = name
    .replace(ENDINGS, '.$1')
    .replace(/_/g, ' ')
    .replace(/(?<!\d)-|-(?!\d)/g, ' ')
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
