# A correction of SQLite 3.54.1, made in a copy of its source.
#
# FTS5 keeps, for a word with many places, a list of where each page of them begins. With "secure-delete" the
# last of these pages can become empty, and who looks for a place behind it was led on to the pages of the next
# word: a search for two words found tasks that have only one of them, a change of a task read all places of that
# other word, and could remove one of them instead of its own. A page on which another word begins ends the places
# now.
#
# A test in tests/store/sqlite/word_index_test.cpp ("behind the last of a word's places") fails without it. It can
# go as soon as that test passes with an uncorrected version.

# Writes to `to` the source in `from`, corrected.
function(taskdock_correct_sqlite from to)
  set(lines "      iOff = fts5LeafFirstRowidOff(pIter->pLeaf);\n      if( iOff>0 ){\n")
  set(corrected "      iOff = fts5LeafFirstRowidOff(pIter->pLeaf);
      if( iOff==0 && pIter->pLeaf->nn>pIter->pLeaf->szLeaf ){
        fts5DataRelease(pIter->pLeaf);
        pIter->pLeaf = 0;
        break;
      }
      if( iOff>0 ){
")
  file(READ ${from} source)
  string(FIND "${source}" "${lines}" first)
  string(FIND "${source}" "${lines}" last REVERSE)
  if(first EQUAL -1 OR NOT first EQUAL last)
    message(WARNING "${from} is built as it is: it does not have the lines that sqlite_correction.cmake corrects")
  endif()
  string(REPLACE "${lines}" "${corrected}" source "${source}")
  file(WRITE ${to}.new "${source}")
  file(COPY_FILE ${to}.new ${to} ONLY_IF_DIFFERENT)
  file(REMOVE ${to}.new)
endfunction()
