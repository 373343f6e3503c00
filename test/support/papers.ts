/** Small papers of an invented library building, for tests of the skills; what is true of them is in the tests. */

export const MINUTES = `# Minutes of the building committee, 12 March 2025

Present: Anna Keller (chair), Jonas Weber, Dr Lucia Marino

Anna: We have to decide on the roof today. The old one leaks in two places.
Jonas: I would rather wait for the second offer. Slate is too expensive.
Anna Keller: Then let us meet again on 2 April 2025.

Dr Lucia Marino reported that the library lost 1,200 books to water damage in 2024. She asked for dry storage before the summer. According to Jonas Weber, the cellar of the town hall is free until September.

The committee approved a budget of €84,000 for the roof. The motion to close the reading room was rejected.

The next meeting takes place on 2 April 2025 in the town hall.
`;

export const OFFER_A = `Offer A
Dachbau Huber GmbH
Offer for the roof of the town library
Date: 3 March 2025

We offer to replace the roof of the town library for a price of €79,500 including VAT. The work takes six weeks and starts on 5 May 2025. The roof is covered with slate. We give a warranty of ten years on all work. Payment is due within 30 days after completion. The scaffolding is included in the price. Our contact is Martin Huber, telephone +49 89 5550 1234.
`;

export const OFFER_B = `Offer B
Roofline Partners Ltd
Offer for the roof of the town library
Date: 10 March 2025

We offer to replace the roof of the town library for a price of €68,200 including VAT. The work takes eight weeks and starts on 2 June 2025. The roof is covered with clay tiles. We give a warranty of five years on all work. Payment is due within 30 days after completion. Solar panels can be added later. Our contact is Helen Brady, e-mail helen.brady@roofline.example.
`;

export const MAIL = `From: Jonas Weber <jonas.weber@stadt.example>
To: Anna Keller <anna.keller@stadt.example>
Subject: Roof of the library
Date: Fri, 14 Mar 2025 10:00:00 +0100
Content-Type: text/plain; charset=utf-8

Dear Anna,

I have read both offers. The price of Offer B is lower, but the warranty is only five years. I therefore recommend Offer A.

The mayor told me that the town cannot pay before 1 July 2025, because the grant from the state arrives in June.

Best regards,
Jonas Weber
`;

export const ARTICLE = `<html><head><title>Library gets a new roof</title></head><body><h1>Library gets a new roof</h1>
<p>“We will not lose another book to the rain,” said Anna Keller, chair of the building committee. The library was founded in 1908 by the teacher Emma Roth. It holds 45,000 volumes.</p>
<p>Mayor Peter Brandt warned that the cost could rise. “Steel and timber are getting dearer every month,” he said.</p>
<p>The reading room stays open during the works. The library opens from Tuesday to Saturday.</p></body></html>`;

export const PAPERS: Record<string, string> = {
  'minutes-march.md': MINUTES,
  'offer-a.txt': OFFER_A,
  'offer-b.txt': OFFER_B,
  'roof.eml': MAIL,
  'article.html': ARTICLE,
};
