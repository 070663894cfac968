# SPDX-License-Identifier: Apache-2.0
# cmake -DOUTPUT=x.cc -DFILES=a.sql;b.sql -P embed_migrations.cmake: the files' exact bytes as C++.
list(SORT FILES)
string(CONCAT text "#include \"node/storage/migrate.h\"\n\nnamespace relais::storage {\n"
         "const std::vector<Migration>& migrations() {\n"
         "  static const std::vector<Migration> kMigrations = {\n")
foreach(file ${FILES})
  get_filename_component(name ${file} NAME)
  if(NOT name MATCHES "^([0-9][0-9][0-9][0-9])_[a-z0-9_]+\\.sql$")
    message(FATAL_ERROR "${name}: a migration is named NNNN_words.sql")
  endif()
  string(REGEX REPLACE "^0*([0-9]+)_.*" "\\1" number ${name})
  # Read as hex, so that no byte (a semicolon, a bracket) means anything to CMake.
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" escaped "${hex}")
  # Literals of bounded length, which the compiler joins.
  string(REGEX REPLACE "((\\\\x[0-9a-f][0-9a-f])(\\\\x[0-9a-f][0-9a-f])?(\\\\x[0-9a-f][0-9a-f])?(\\\\x[0-9a-f][0-9a-f])?(\\\\x[0-9a-f][0-9a-f])?(\\\\x[0-9a-f][0-9a-f])?(\\\\x[0-9a-f][0-9a-f])?(\\\\x[0-9a-f][0-9a-f])?)"
         "\n      \"\\1\"" escaped "${escaped}")
  string(APPEND text "    {${number}, \"${name}\", ${escaped}},\n")
endforeach()
string(APPEND text "  };\n  return kMigrations;\n}\n}  // namespace relais::storage\n")
file(WRITE ${OUTPUT} "${text}")
