-- Whose records a decision concerns, with blanks between them: no country and no name of a source has any.
ALTER TABLE feed_marks ALTER countries SET DATA TYPE VARCHAR USING array_to_string(countries, ' ');
ALTER TABLE feed_marks ALTER sources SET DATA TYPE VARCHAR USING array_to_string(sources, ' ');
ALTER TABLE told_decisions ALTER countries SET DATA TYPE VARCHAR USING array_to_string(countries, ' ');
ALTER TABLE told_decisions ALTER sources SET DATA TYPE VARCHAR USING array_to_string(sources, ' ');
