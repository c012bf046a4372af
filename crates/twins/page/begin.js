// The page begins: the book, or the speaker's window.

if (speaker.is) speaker.begin();
else book.begin();
