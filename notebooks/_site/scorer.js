/* Orders what a search finds: first the pages whose titles have the words, then Sphinx' own order. */
var Scorer = {
  objNameMatch: 11, objPartialMatch: 6, objPrio: { 0: 15, 1: 5, 2: -5 }, objPrioDefault: 0,
  title: 15, partialTitle: 7, term: 5, partialTerm: 2,
  score: ([page, title, , , score]) => {
    const query = new URLSearchParams(window.location.search).get("q") || "";
    const words = query.toLowerCase().split(/[\s_.()-]+/).filter((word) => word.length > 2);
    const named = `${title} ${page}`.toLowerCase();
    const found = words.filter((word) => named.includes(word)).length;
    return score + (words.length ? (20 * found) / words.length : 0) + page.startsWith("reference/") * 3;
  },
};
